import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/until.ts';
import type { ChaosReport, ChaosRun } from './main.ts';
import { compareData, underLoad, type Outcome } from './scenario.ts';
import { ChaosSystem } from './system.ts';

const UNDISTURBED_MS = 1_500;

/** Brokers die and restart under load: any two of three killed, then each restarted in its turn. */
export async function run({ log }: ChaosRun): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log);
  try {
    const killed: Record<string, Outcome> = {};
    for (const [first, second] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      log(`kill -9 of brokers ${first + 1} and ${second + 1}`);
      killed[`${first + 1}+${second + 1}`] = await killTwo(system, first, second);
    }
    log('rolling restart, clients that try the next address');
    const rolling = await rollingRestart(system, true);
    log('rolling restart, clients that know one address');
    const rollingPinned = await rollingRestart(system, false);
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    const failed = [...Object.values(killed), rolling].reduce((sum, outcome) => sum + outcome.failed, 0);
    return {
      ok: failed === 0 && data.lost === 0 && data.duplicated === 0,
      killTwoOfThree: killed,
      rollingRestart: rolling,
      rollingRestartPinned: rollingPinned,
      data,
    };
  } finally {
    await system.close();
  }
}

async function killTwo(system: ChaosSystem, first: number, second: number): Promise<Outcome> {
  const victims = [system.brokers[first], system.brokers[second]].filter((broker) => broker !== undefined);
  return underLoad(system, { name: `kill-${first}${second}`, isRoaming: true }, async (load) => {
    for (const victim of victims) {
      await victim.part.end('SIGKILL');
      await delay(UNDISTURBED_MS);
    }
    const before = load.answered;
    await until('answers through the last broker', 10_000, async () => load.answered > before + 20);
    for (const victim of victims) await system.restart(victim);
    const recoveredMs = Math.round(await system.waitForTunnels(3, 90_000));
    await delay(UNDISTURBED_MS);
    return { recoveredMs };
  });
}

async function rollingRestart(system: ChaosSystem, isRoaming: boolean): Promise<Outcome> {
  return underLoad(system, { name: `rolling-${isRoaming}`, isRoaming }, async () => {
    const tookMs: number[] = [];
    for (const broker of system.brokers) {
      const startedAt = performance.now();
      await broker.part.end('SIGTERM');
      await system.restart(broker);
      await system.waitForTunnels(3, 90_000);
      tookMs.push(Math.round(performance.now() - startedAt));
      await delay(UNDISTURBED_MS);
    }
    return { tookMs };
  });
}
