import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/until.ts';
import type { ChaosReport, ChaosRun } from './main.ts';
import { compareData, underLoad, type Outcome } from './scenario.ts';
import { ChaosSystem } from './system.ts';

const WATCHDOG_MS = 15_000;

/** Paths go black, become slow and lossy; a thousand agents come back at once. */
export async function run({ log, seconds = 20 }: ChaosRun): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log, { withPaths: true });
  try {
    log('black hole on the path to broker 1');
    const hole = await blackHole(system);
    log('1 s round trip and 2 % loss on every path');
    const slow = await slowPaths(system, seconds);
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    const isDetected =
      Number(hole['agentDetectedMs']) <= WATCHDOG_MS && Number(hole['brokerDetectedMs']) <= WATCHDOG_MS;
    const ok =
      hole.failed + slow.failed === 0 &&
      isDetected &&
      slow['tunnelsLost'] === 0 &&
      data.lost + data.duplicated === 0;
    const method = 'paths in user land; loss as the stall of a retransmission';
    return { ok, method, blackHole: hole, slowAndLossy: slow, data };
  } finally {
    await system.close();
  }
}

async function blackHole(system: ChaosSystem): Promise<Outcome> {
  const path = system.brokers[0]?.path;
  if (!path) throw new Error('this needs paths');
  return underLoad(system, { name: 'hole', isRoaming: true }, async () => {
    const at = Date.now();
    path.set({ isHole: true });
    const found = async () => {
      const agent = system.loggedAt('agent', 'tunnel.down', at);
      const broker = system.loggedAt('broker-1', 'tunnel.closed', at);
      return agent === null || broker === null ? null : { agent: agent - at, broker: broker - at };
    };
    const detected = await until('both ends to give the path up', 40_000, found);
    await delay(2_000);
    path.set({});
    const recoveredMs = await system.waitForTunnels(3, 120_000);
    return {
      agentDetectedMs: detected.agent,
      brokerDetectedMs: detected.broker,
      recoveredMs: Math.round(recoveredMs),
    };
  });
}

async function slowPaths(system: ChaosSystem, seconds: number): Promise<Outcome> {
  const paths = system.brokers.flatMap(({ path }) => path ?? []);
  return underLoad(system, { name: 'slow', isRoaming: true }, async () => {
    const before = paths.reduce((sum, { endings }) => sum + endings.length, 0);
    for (const path of paths) path.set({ delayMs: 500, loss: 0.02 });
    await delay(seconds * 1000);
    const tunnelsLost = paths.reduce((sum, { endings }) => sum + endings.length, 0) - before;
    for (const path of paths) path.set({});
    return { seconds, tunnelsLost };
  });
}
