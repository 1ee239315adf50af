import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/until.ts';
import type { ChaosOptions } from './chaos.ts';
import { compareData, repeatsAreFew, underLoad, type Outcome } from './scenario.ts';
import { ChaosSystem } from './system.ts';
import { dataIsWhole, judge, none, type ChaosReport } from './verdict.ts';

const UNDISTURBED_MS = 1_500;
/** Two killed, three times, and three restarted. */
const BREAKS = 9;

/** Brokers die and restart under load: any two of three killed, then each restarted in its turn. */
export async function run({ log }: ChaosOptions): Promise<ChaosReport> {
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
    log('rolling restart');
    const rolling = await rollingRestart(system);
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    const outcomes = [...Object.values(killed), rolling];
    const sum = (valueOf: (outcome: Outcome) => number) =>
      outcomes.reduce((total, outcome) => total + valueOf(outcome), 0);
    return judge(
      [
        none(
          'failed, of clients that try the next address',
          sum(({ roaming }) => roaming.failed),
        ),
        none(
          'failed at brokers that lived, of clients that know one address',
          sum((outcome) => Number(outcome['failedAtLiving'])),
        ),
        repeatsAreFew(
          BREAKS,
          sum(({ repeated }) => repeated),
        ),
        ...dataIsWhole(data),
      ],
      { killTwoOfThree: killed, rollingRestart: rolling, data },
    );
  } finally {
    await system.close();
  }
}

async function killTwo(system: ChaosSystem, first: number, second: number): Promise<Outcome> {
  const victims = [system.brokers[first], system.brokers[second]].filter((broker) => broker !== undefined);
  const outcome = await underLoad(system, `kill-${first}${second}`, async (load) => {
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
  const living = system.brokers.filter((broker) => !victims.includes(broker));
  const failedAtLiving = living.reduce(
    (sum, { edgeHttp }) => sum + (outcome.pinned.failedAt[edgeHttp] ?? 0),
    0,
  );
  return { ...outcome, failedAtLiving };
}

/** Each broker is drained and started again: clients that know it alone find it closed meanwhile, and only then. */
async function rollingRestart(system: ChaosSystem): Promise<Outcome> {
  return underLoad(system, 'rolling', async () => {
    const tookMs: number[] = [];
    for (const broker of system.brokers) {
      const startedAt = performance.now();
      await broker.part.end('SIGTERM');
      await system.restart(broker);
      await system.waitForTunnels(3, 90_000);
      tookMs.push(Math.round(performance.now() - startedAt));
      await delay(UNDISTURBED_MS);
    }
    return { recoveredMs: Math.max(...tookMs), tookMs, failedAtLiving: 0 };
  });
}
