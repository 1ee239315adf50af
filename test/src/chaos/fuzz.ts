import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/until.ts';
import type { ChaosOptions } from './chaos.ts';
import { attack, type Door } from './fuzz/clients.ts';
import { Random } from './fuzz/random.ts';
import { startHostileUpstreams } from './fuzz/upstreams.ts';
import { ChaosSystem } from './system.ts';
import { atMost, isTrue, judge, none, type ChaosReport } from './verdict.ts';

const WORKERS = 32;
/** A service that never responds holds its connection for 300 s, the bound of the gateway; what stays longer has leaked. */
const SETTLE_MS = 330_000;
/** Connections that a process may have opened for itself meanwhile, such as to its database. */
const DESCRIPTORS_LEFT_MAX = 4;
const GROWTH_MB_MAX = 250;
const REMEMBERED = 60;
/** Events of the log that tell of a fault which a boundary has caught. */
const FAULTS = ['listener-failed', 'connection-failed', 'upgrade-failed', 'relay.failed', 'gateway.fault'];

interface Process {
  readonly name: string;
  readonly pid: number;
}

/**
 * Throws generated requests, upgrades, pipelines and hostile responses at every entrance of a whole system, and looks
 * whether all processes live, and whether descriptors and memory come back. The same `seed` gives the same exchanges.
 */
export async function run({
  log,
  minutes,
  seed,
}: Pick<ChaosOptions, 'log' | 'minutes' | 'seed'>): Promise<ChaosReport> {
  if (!existsSync('/proc/self/fd'))
    return judge([], { skipped: 'descriptors are counted in /proc, which is not here' });
  const upstreams = await startHostileUpstreams(seed);
  const system = await ChaosSystem.start(log, {
    upstreamPort: upstreams.http1,
    objects: http2Service(upstreams.http2),
  });
  try {
    return await fuzz(system, { log, minutes, seed });
  } finally {
    await system.close();
    upstreams.close();
  }
}

async function fuzz(
  system: ChaosSystem,
  { log, minutes, seed }: Pick<ChaosOptions, 'log' | 'minutes' | 'seed'>,
): Promise<ChaosReport> {
  const hosts = await until('hosts of both services', 60_000, async () => {
    const state = readFileSync(join(system.dir, 'agent', 'desired-state'), 'utf8');
    const found = [/chaos-[a-z0-9]+\.edge\.localhost/, /fuzz2-[a-z0-9]+\.edge\.localhost/].map(
      (host) => host.exec(state)?.[0],
    );
    return found.every((host) => host !== undefined) ? found : undefined;
  });
  const processes: Process[] = [
    { name: 'platform', pid: system.platform.pid },
    { name: 'agent', pid: system.agent.pid },
    ...system.brokers.map(({ id, part }) => ({ name: id, pid: part.pid })),
  ];
  const doors = doorsOf(system, hosts);
  // Each process has served before it is measured: code is compiled and pools are filled.
  await throwFor(doors, { ms: 5_000, seed: seed ^ 0x777, log: () => undefined, processes });
  await delay(3_000);
  const before = processes.map(({ pid }) => figuresOf(pid));
  log(`throwing for ${minutes} minutes, seed ${seed}`);
  const { sent, outcomes, last } = await throwFor(doors, { ms: minutes * 60_000, seed, log, processes });
  const dead = processes.filter(({ pid }) => !isAlive(pid));
  if (dead.length > 0)
    log(`ended: ${dead.map(({ name }) => name).join(', ')}; last exchanges: ${last.join(' ')}`);
  log('waiting for connections to close');
  await until('descriptors as before', SETTLE_MS, async () =>
    processes.every(
      ({ pid }, index) =>
        figuresOf(pid).descriptors <= (before[index]?.descriptors ?? 0) + DESCRIPTORS_LEFT_MAX,
    ),
  ).catch(() => undefined);
  const after = processes.map(({ pid }) => figuresOf(pid));
  const faults = processes.flatMap(({ name }) =>
    FAULTS.flatMap((event) => faultsOf(system.dir, name, event)),
  );
  const tail = dead.map(({ name }) => readFileSync(join(system.dir, `${name}.log`), 'utf8').slice(-3_000));
  return judge(
    [
      ...processes.map(({ name, pid }) => isTrue(`${name} lives`, isAlive(pid))),
      none('faults that a boundary caught', faults.length),
      ...processes.map(({ name }, index) =>
        atMost(
          `descriptors of ${name} more than before`,
          DESCRIPTORS_LEFT_MAX,
          (after[index]?.descriptors ?? 0) - (before[index]?.descriptors ?? 0),
        ),
      ),
      ...processes.map(({ name }, index) =>
        atMost(
          `MB that ${name} grew`,
          GROWTH_MB_MAX,
          (after[index]?.residentMb ?? 0) - (before[index]?.residentMb ?? 0),
        ),
      ),
    ],
    {
      seed,
      minutes,
      sent,
      outcomes,
      processes: processes.map(({ name, pid }, index) => ({
        name,
        pid,
        before: before[index],
        after: after[index],
      })),
      faults: faults.slice(0, 20),
      tail,
    },
  );
}

interface Throw {
  readonly ms: number;
  readonly seed: number;
  readonly processes: readonly Process[];
  log(text: string): void;
}

async function throwFor(doors: readonly Door[], { ms, seed, processes, log }: Throw) {
  const outcomes: Record<string, number> = {};
  const last: number[] = [];
  const until = performance.now() + ms;
  let sent = 0;
  const work = async () => {
    while (performance.now() < until && processes.every(({ pid }) => isAlive(pid))) {
      sent += 1;
      const index = sent;
      const random = new Random(seed, index);
      const door = random.pick(doors);
      last.push(index);
      if (last.length > REMEMBERED) last.shift();
      const key = `${door.name}: ${await attack(door, random)}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
      if (index % 5_000 === 0) log(`${index} sent`);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return { sent, outcomes, last };
}

function doorsOf(system: ChaosSystem, hosts: readonly (string | undefined)[]): Door[] {
  const names = hosts.filter((host) => host !== undefined);
  const portOf = (url: string) => Number(new URL(url).port);
  const [first] = system.brokers;
  return [
    { name: 'gateway', port: portOf(system.gateway), hosts: names, speaks: 'both' },
    { name: 'gateway', port: portOf(system.gateway), hosts: names, speaks: 'both' },
    { name: 'plain edge', port: portOf(first?.edgeHttp ?? ''), hosts: names, speaks: 'http1' },
    { name: 'TLS edge', port: portOf(first?.edgeHttps ?? ''), hosts: names, speaks: 'tls' },
    { name: 'platform', port: portOf(system.platformUrl), hosts: ['localhost'], speaks: 'http1' },
    { name: 'tunnel port', port: first?.port ?? 0, hosts: ['localhost'], speaks: 'http1' },
  ];
}

function figuresOf(pid: number): { descriptors: number; residentMb: number } {
  if (!isAlive(pid)) return { descriptors: 0, residentMb: 0 };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    residentMb: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024),
  };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function faultsOf(dir: string, part: string, event: string): string[] {
  return readFileSync(join(dir, `${part}.log`), 'utf8')
    .split('\n')
    .filter((line) => line.includes(event))
    .map((line) => `${part}: ${line.slice(0, 600)}`);
}

function http2Service(port: number): object[] {
  const metadata = { name: 'fuzz2', namespace: 'chaos' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...metadata,
        annotations: { 'traefik.ingress.kubernetes.io/service.serversscheme': 'h2c' },
      },
      spec: { ports: [{ name: 'http', port: 80 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'fuzz2-1', namespace: 'chaos', labels: { 'kubernetes.io/service-name': 'fuzz2' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'EdgeIngress',
      metadata,
      spec: { service: { name: 'fuzz2', port: 80 } },
    },
  ];
}
