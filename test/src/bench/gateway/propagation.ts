import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { percentile } from '../percentile.ts';

const AGENT = fileURLToPath(new URL('../../../../apps/agent/src/main.ts', import.meta.url));
const OBJECTS = 10_000;
const OBJECTS_A_FILE = 100;
/** Quiet and busy stretches take turns, so that what else the machine does meets both alike. */
const STRETCHES = 6;
const CHANGES_A_STRETCH = 20;
const CHURN_EVERY_MS = 100;

/** From a file being saved to the first request that is decided by it, on a whole agent serving 10,000 objects. */
export async function measurePropagation({ log }: BenchOptions): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'propagation-'));
  const resources = join(folder, 'resources');
  await mkdir(resources);
  for (let file = 0; file < OBJECTS / OBJECTS_A_FILE; file++)
    await save(join(resources, `many-${file}.yaml`), manyRoutes(file, 0));
  await save(join(resources, 'one.yaml'), oneRoute(0));
  const agent = fork(
    AGENT,
    [
      '--resources',
      resources,
      '--state-dir',
      join(folder, 'state'),
      '--gateway-port',
      '0',
      '--log-level',
      'error',
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  try {
    const [{ gateway }] = (await once(agent, 'message')) as [{ gateway: string }];
    const pool = new Pool(gateway, { connections: 4 });
    await untilServed(pool, 0);
    const change = (number: number): Promise<void> => save(join(resources, 'one.yaml'), oneRoute(number));
    const quiet: number[] = [];
    const busy: number[] = [];
    for (let first = 1; first < 2 * STRETCHES * CHANGES_A_STRETCH; first += 2 * CHANGES_A_STRETCH) {
      quiet.push(...(await measureChanges(pool, { first, change })));
      const churn = startChurn(resources);
      busy.push(...(await measureChanges(pool, { first: first + CHANGES_A_STRETCH, change })));
      await churn.stop();
      log(
        `propagation: p99 ${percentile(quiet, 99).toFixed(0)} ms, ${percentile(busy, 99).toFixed(0)} ms with churn`,
      );
    }
    await pool.destroy();
    return {
      propagation_p99_ms: Math.round(percentile(quiet, 99)),
      propagation_p99_churn_ms: Math.round(percentile(busy, 99)),
      propagation_churn_ratio: Math.round((percentile(busy, 99) / percentile(quiet, 99)) * 100) / 100,
      propagation_p50_ms: Math.round(percentile(quiet, 50)),
    };
  } finally {
    agent.kill();
    await once(agent, 'exit');
    await rm(folder, { recursive: true });
  }
}

async function measureChanges(
  pool: Pool,
  work: { first: number; change: (number: number) => Promise<void> },
): Promise<number[]> {
  const times: number[] = [];
  for (let number = work.first; number < work.first + CHANGES_A_STRETCH; number++) {
    await work.change(number);
    const since = performance.now();
    await untilServed(pool, number);
    times.push(performance.now() - since);
  }
  return times;
}

/** The route's Service has no endpoints, so that being routed shows as 503 and not being routed as 404. */
async function untilServed(pool: Pool, number: number): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const { statusCode, body } = await pool.request({ method: 'GET', path: `/one-${number}` });
    await body.dump();
    if (statusCode === 503) return;
    if (performance.now() > deadline)
      throw new Error(`/one-${number} was not served within two minutes (${statusCode})`);
    await pause(2);
  }
}

/** Somebody else's changes of one object each, all the while. */
function startChurn(resources: string): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = (async (): Promise<void> => {
    for (let change = 1; !abort.signal.aborted; change++) {
      const file = change % (OBJECTS / OBJECTS_A_FILE);
      await save(join(resources, `many-${file}.yaml`), manyRoutes(file, change));
      await pause(CHURN_EVERY_MS);
    }
  })();
  return {
    stop: () => {
      abort.abort();
      return running;
    },
  };
}

/** As editors and tools save: a new file takes the old one's place. */
async function save(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

/** A file of many objects, of which the first is the one that changes. */
function manyRoutes(file: number, change: number): string {
  const names = Array.from({ length: OBJECTS_A_FILE }, (_, index) => `${file}-${index}`);
  return names
    .map((name, index) => ingressRoute(`r-${name}`, index === 0 ? `/p-${name}-${change}` : `/p-${name}`))
    .join('---\n');
}

function oneRoute(number: number): string {
  return ingressRoute('one', `/one-${number}`);
}

function ingressRoute(name: string, prefix: string): string {
  return `apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: ${name}, namespace: default}
spec:
  routes:
    - match: PathPrefix(\`${prefix}\`)
      kind: Rule
      services: [{name: nowhere, port: 80}]
`;
}
