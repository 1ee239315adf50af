import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/until.ts';
import type { ChaosOptions } from './chaos.ts';
import { isInNamespace, namespaceFault, PacketLoss, socketsOf } from './namespace.ts';
import { compareData, repeatsAreFew, underLoad, type Outcome } from './scenario.ts';
import { ChaosSystem, type ChaosBroker } from './system.ts';
import { atMost, dataIsWhole, judge, none, type ChaosReport } from './verdict.ts';

const WATCHDOG_MS = 15_000;
/** How long a connection may outlive the session that was given up. */
const SOCKET_MS = 3_500;

const METHOD = isInNamespace
  ? {
      hole: 'packets of the path dropped both ways by iptables in a network namespace of its own; nobody is told',
      slow: '500 ms each way added above TCP by a relay; 2 % of segments (1,500-byte MTU, no offload) dropped each way by iptables',
    }
  : {
      skipped: `without a network namespace (${namespaceFault()}) paths are troubled in user land`,
      hole: 'a relay that swallows all bytes and tells nobody',
      slow: 'a relay adds 500 ms each way; the loss of 2 % of segments is the stall of a retransmission',
    };

/** Paths go black, idle and under load; a peer freezes; one vanishes; paths become slow and lossy. */
export async function run({ log, slowSeconds }: ChaosOptions): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log, { withPaths: true });
  const [first, second, third] = system.brokers;
  try {
    if (!first || !second || !third) throw new Error('this needs three brokers');
    log('black hole on the path to broker 1, idle');
    const idle = await blackHole(system, first);
    log('black hole on the path to broker 2, under load');
    const loaded = await underLoad(system, 'hole', () => blackHole(system, second));
    log('broker 3 freezes: its kernel goes on acknowledging');
    const frozen = await freeze(system, third);
    log('broker 1 vanishes: nothing of its end is heard');
    const vanished = await vanish(system, first);
    log(`1 s round trip and 2 % loss on every path for ${slowSeconds} s`);
    const slow = await slowPaths(system, slowSeconds);
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    return judge(
      [
        atMost('ms until the agent finds an idle black hole', WATCHDOG_MS, idle.agentMs),
        atMost('ms until the broker finds an idle black hole', WATCHDOG_MS, idle.brokerMs),
        atMost('ms until the agent finds a black hole under load', WATCHDOG_MS, Number(loaded['agentMs'])),
        atMost('ms until the broker finds a black hole under load', WATCHDOG_MS, Number(loaded['brokerMs'])),
        atMost('ms until the agent gives a frozen broker up', WATCHDOG_MS, frozen.agentMs),
        atMost('ms until the agent finds a broker that vanished', WATCHDOG_MS, vanished.agentMs),
        none(
          'connections that outlive their session by 3 s',
          idle.socketsLeft + Number(loaded['socketsLeft']),
        ),
        none('failed, of clients that try the next address', loaded.roaming.failed + slow.roaming.failed),
        none('failed, of clients that know one address', loaded.pinned.failed + slow.pinned.failed),
        none('tunnels lost to slow and lossy paths', Number(slow['tunnelsLost'])),
        repeatsAreFew(1, loaded.repeated + slow.repeated),
        ...dataIsWhole(data),
      ],
      {
        method: METHOD,
        blackHoleIdle: idle,
        blackHoleLoaded: loaded,
        frozen,
        vanished,
        slowAndLossy: slow,
        data,
      },
    );
  } finally {
    await system.close();
  }
}

/** Makes the path to a broker a black hole until the answer is called. */
function openHole({ path, pathPorts }: ChaosBroker): () => void {
  if (isInNamespace) {
    const loss = new PacketLoss(pathPorts);
    return () => loss.heal();
  }
  path?.set({ isHole: true });
  return () => path?.set({});
}

async function blackHole(system: ChaosSystem, broker: ChaosBroker) {
  const at = Date.now();
  const heal = openHole(broker);
  try {
    const [agentAt, brokerAt] = await Promise.all([
      agentGaveUp(system, broker, at),
      until('the broker to give the path up', 40_000, async () =>
        system.loggedAt(broker.id, 'tunnel.closed', at),
      ),
    ]);
    const lastAt = Math.max(agentAt, brokerAt);
    await delay(Math.max(0, lastAt + SOCKET_MS - Date.now()));
    const [port = 0] = broker.pathPorts;
    const socketsLeft = isInNamespace
      ? socketsOf(system.agent.pid, port) + socketsOf(broker.part.pid, broker.port)
      : 0;
    heal();
    const recoveredMs = Math.round(await system.waitForTunnels(3, 120_000));
    return { agentMs: agentAt - at, brokerMs: brokerAt - at, socketsLeft, recoveredMs };
  } finally {
    heal();
  }
}

async function freeze(system: ChaosSystem, broker: ChaosBroker) {
  const at = Date.now();
  broker.part.signal('SIGSTOP');
  try {
    const agentMs = (await agentGaveUp(system, broker, at)) - at;
    broker.part.signal('SIGCONT');
    return { agentMs, recoveredMs: Math.round(await system.waitForTunnels(3, 120_000)) };
  } finally {
    broker.part.signal('SIGCONT');
  }
}

/** A machine that loses its power: no FIN, no RST. */
async function vanish(system: ChaosSystem, broker: ChaosBroker) {
  const at = Date.now();
  const heal = openHole(broker);
  try {
    await broker.part.end('SIGKILL');
    const agentMs = (await agentGaveUp(system, broker, at)) - at;
    heal();
    await system.restart(broker);
    return { agentMs, recoveredMs: Math.round(await system.waitForTunnels(3, 120_000)) };
  } finally {
    heal();
  }
}

function agentGaveUp(system: ChaosSystem, { id }: ChaosBroker, since: number): Promise<number> {
  return until('the agent to give the broker up', 40_000, async () =>
    system.loggedAt('agent', 'tunnel.down', since, id),
  );
}

async function slowPaths(system: ChaosSystem, seconds: number): Promise<Outcome> {
  const paths = system.brokers.flatMap(({ path }) => path ?? []);
  return underLoad(system, 'slow', async () => {
    const at = Date.now();
    for (const path of paths) path.set({ delayMs: 500, loss: isInNamespace ? 0 : 0.02 });
    const ports = system.brokers.flatMap(({ pathPorts }) => pathPorts.slice(0, 1));
    const loss = isInNamespace ? new PacketLoss(ports, 0.02) : null;
    await delay(seconds * 1000);
    const lost = system
      .logged('agent', 'tunnel.down', at)
      .map(({ broker = '', why = '' }) => `${broker}: ${why}`);
    loss?.heal();
    for (const path of paths) path.set({});
    return {
      seconds,
      tunnelsLost: lost.length,
      lost,
      recoveredMs: Math.round(await system.waitForTunnels(3, 120_000)),
    };
  });
}
