import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import type { ChaosOptions } from './chaos.ts';
import { compareData, repeatsAreFew, underLoad, type Counts } from './scenario.ts';
import { ChaosSystem } from './system.ts';
import { dataIsWhole, isTrue, judge, none, type ChaosReport } from './verdict.ts';

/** Ten minutes of this are to be whole, not fast. */
const PAUSE_MS = 100;

/** The platform is killed and stays away under load; a broker dies and comes back meanwhile. */
export async function run({ log, awaySeconds: seconds }: ChaosOptions): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log);
  try {
    log(`platform away for ${seconds} s`);
    const outcome = await underLoad(
      system,
      'away',
      async (load) => {
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
      },
      PAUSE_MS,
    );
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    const { roaming, pinned, repeated } = outcome;
    return judge(
      [
        none('failed, of clients that try the next address', roaming.failed),
        none(
          'failed at brokers that lived, of clients that know one address',
          failedAtOthers(system, pinned),
        ),
        repeatsAreFew(1, repeated),
        isTrue('a broker restarted meanwhile served alone', outcome['brokerServedAlone'] === true),
        ...dataIsWhole(data),
      ],
      { awaySeconds: seconds, outcome, data },
    );
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

/** The first broker is killed on the way; who knows it alone finds nobody there for a moment. */
function failedAtOthers(system: ChaosSystem, { failedAt }: Counts): number {
  return system.brokers.slice(1).reduce((sum, { edgeHttp }) => sum + (failedAt[edgeHttp] ?? 0), 0);
}
