import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
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
      const restart = await restartedAlone(system);
      await delay((seconds * 1000) / 2);
      const answeredMeanwhile = load.answered - before;
      await system.startPlatform();
      const backAt = performance.now();
      await system.waitForTunnels(3, 90_000);
      return { answeredMeanwhile, ...restart, recoveredMs: Math.round(performance.now() - backAt) };
    });
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    return {
      ok:
        outcome.failed === 0 &&
        outcome['brokerServedAlone'] === true &&
        data.lost === 0 &&
        data.duplicated === 0,
      awaySeconds: seconds,
      outcome,
      data,
    };
  } finally {
    await system.close();
  }
}

/** Kills a broker and starts it again while the platform is away: it serves by what it remembers. */
async function restartedAlone(system: ChaosSystem): Promise<Record<string, unknown>> {
  const [broker] = system.brokers;
  if (!broker) throw new Error('there is no broker');
  const host = await system.host();
  await broker.part.end('SIGKILL');
  await system.restart(broker);
  const upAt = performance.now();
  const isServing = async () =>
    (await call(broker.edgeHttp, host, '/r/alone').catch(() => null))?.status === 200;
  const brokerServedAlone = await until('the restarted broker to serve', 30_000, isServing).catch(
    () => false,
  );
  return { brokerServedAlone, brokerServedAfterMs: Math.round(performance.now() - upAt) };
}
