import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { linkAgent, linkResponse, type TunnelEndpoint } from '@portolan/contract/agent';
import { createCluster } from '@portolan/contract/clusters';
import { z } from 'zod';
import { until } from '../e2e/until.ts';
import type { ChaosOptions } from './chaos.ts';
import { compareData, repeatsAreFew, underLoad } from './scenario.ts';
import { ChaosSystem } from './system.ts';
import { atMost, dataIsWhole, judge, type ChaosReport } from './verdict.ts';

const herdScript = fileURLToPath(
  new URL('../../../apps/agent/src/platform/tunnels/testing/herd.ts', import.meta.url),
);
const liveMessage = z.object({ event: z.literal('live'), live: z.number(), agents: z.number() });
const PROCESSES = 2;
const ENROL_AT_ONCE = 8;
const SETTLED_MS_MAX = 60_000;

interface Enrolled {
  readonly credentialId: string;
  readonly privateKey: string;
  readonly tunnels: TunnelEndpoint[];
}

/** Every broker dies at once and all come back: how long until each of many agents has all its tunnels again. */
export async function run({ log, agents }: ChaosOptions): Promise<ChaosReport> {
  const system = await ChaosSystem.start(log);
  const herd = new Herd();
  try {
    log(`enrolling ${agents} clusters`);
    const enrolStartedAt = performance.now();
    const enrolled = await enrol(system, agents);
    const wanted = enrolled.reduce((sum, { tunnels }) => sum + tunnels.length, 0);
    log(`${Math.round(performance.now() - enrolStartedAt)} ms; dialling ${wanted} tunnels`);
    const enrolMs = performance.now() - enrolStartedAt;
    const startedAt = performance.now();
    herd.send(enrolled);
    await until('all tunnels of the herd', 180_000, async () => herd.live === wanted);
    const firstConnectMs = Math.round(performance.now() - startedAt);
    log(`${firstConnectMs} ms; killing every broker`);
    const outcome = await underLoad(system, 'storm', async () => {
      await Promise.all(system.brokers.map(({ part }) => part.end('SIGKILL')));
      await Promise.all(system.brokers.map((broker) => system.restart(broker)));
      const upAt = performance.now();
      const since = () => Math.round(performance.now() - upAt);
      await until('every agent to have a tunnel again', 120_000, async () => herd.agents === agents);
      const eachHasOneMs = since();
      await until('all tunnels again', 180_000, async () => herd.live === wanted);
      return { eachHasOneMs, recoveredMs: since() };
    });
    herd.close();
    log('comparing the agent’s data (up to a minute)');
    const data = await compareData(system);
    return judge(
      [
        atMost('ms until all tunnels are back', SETTLED_MS_MAX, Number(outcome['recoveredMs'])),
        repeatsAreFew(3, outcome.repeated),
        ...dataIsWhole(data),
      ],
      { agents, tunnels: wanted, enrolMs: Math.round(enrolMs), firstConnectMs, outcome, data },
    );
  } finally {
    herd.close();
    await system.close();
  }
}

async function enrol(system: ChaosSystem, agents: number): Promise<Enrolled[]> {
  const enrolled: Enrolled[] = [];
  const numbers = Array.from({ length: agents }, (_, number) => number).values();
  const worker = async () => {
    for (const number of numbers) {
      const { token } = await system.client.call(createCluster, {
        params: system.params,
        body: { name: `storm-${number}` },
      });
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const response = await fetch(system.platformUrl + linkAgent.path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          clusterUid: `storm-${number}`,
          agentVersion: '0',
          source: 'storm',
          publicKey: spki,
        }),
      });
      const { credential, tunnels } = linkResponse.parse(await response.json());
      enrolled.push({
        credentialId: credential?.id ?? '',
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        tunnels,
      });
    }
  };
  await Promise.all(Array.from({ length: ENROL_AT_ONCE }, worker));
  return enrolled;
}

/** Processes that hold the tunnels of many agents. */
class Herd {
  readonly #children: ChildProcess[];
  readonly #latest = new Map<ChildProcess, z.infer<typeof liveMessage>>();

  constructor() {
    this.#children = Array.from({ length: PROCESSES }, () =>
      fork(herdScript, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
    for (const child of this.#children) {
      child.on('message', (message) => {
        const parsed = liveMessage.safeParse(message);
        if (parsed.success) this.#latest.set(child, parsed.data);
      });
    }
  }

  get live(): number {
    return [...this.#latest.values()].reduce((sum, { live }) => sum + live, 0);
  }

  get agents(): number {
    return [...this.#latest.values()].reduce((sum, { agents }) => sum + agents, 0);
  }

  send(enrolled: readonly Enrolled[]): void {
    const share = Math.ceil(enrolled.length / this.#children.length);
    for (const [index, child] of this.#children.entries())
      child.send(enrolled.slice(index * share, (index + 1) * share));
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}
