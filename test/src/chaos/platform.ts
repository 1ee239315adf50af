import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosReport, ChaosRun } from './main.ts';
import { compareData, underLoad } from './scenario.ts';
import { ChaosSystem } from './system.ts';

const AWAY_SECONDS = 600;

/** The platform is killed and stays away under load; a broker dies and comes back meanwhile. */
export async function run({ log, seconds = AWAY_SECONDS }: ChaosRun): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log);
  try {
    log(`platform away for ${seconds} s`);
    const outcome = await underLoad(system, { name: 'away', isRoaming: true, workers: 4 }, async (load) => {
      await system.platform.end('SIGKILL');
      const before = load.answered;
      await delay((seconds * 1000) / 2);
      // Its agent comes back by what the other brokers know; this one has to wait for the platform.
      const [broker] = system.brokers;
      if (broker) {
        await broker.part.end('SIGKILL');
        await system.restart(broker);
      }
      await delay((seconds * 1000) / 2);
      const answeredMeanwhile = load.answered - before;
      await system.startPlatform();
      const backAt = performance.now();
      await system.waitForTunnels(3, 90_000);
      return { answeredMeanwhile, recoveredMs: Math.round(performance.now() - backAt) };
    });
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    return {
      ok: outcome.failed === 0 && data.lost === 0 && data.duplicated === 0,
      awaySeconds: seconds,
      outcome,
      data,
    };
  } finally {
    await system.close();
  }
}
