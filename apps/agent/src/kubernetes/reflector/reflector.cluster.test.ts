import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { KubeClient } from '../client/kube-client.ts';
import { CONFIG_MAPS, configMap, testCluster } from '../testing/cluster.ts';
import { startFaultProxy, type Fault, type FaultProxy } from '../testing/fault-proxy.ts';
import { auditReflector } from './audit.ts';
import { Reflector, type ReflectorState, type ServerTraits } from './reflector.ts';
import type { ReflectedResource } from './reflected-resource.ts';

type Data = Readonly<Record<string, string>> | undefined;

let cluster: Awaited<ReturnType<typeof testCluster>>;
let proxy: FaultProxy;
let client: KubeClient;
let stop: AbortController;
let running: Promise<void>[];

beforeAll(async () => {
  cluster = await testCluster();
});
afterAll(() => cluster.close());
beforeEach(async () => {
  proxy = await startFaultProxy(cluster.client.connection);
  client = new KubeClient(proxy.connection);
  stop = new AbortController();
  running = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  await client.close();
  await proxy.close();
  const names: string[] = [];
  await cluster.client.list(CONFIG_MAPS, {
    namespace: cluster.namespace,
    onItem: (item) => names.push((item as { metadata: { name: string } }).metadata.name),
  });
  for (const name of names) await cluster.client.delete(CONFIG_MAPS, { namespace: cluster.namespace, name });
});

const timing = {
  baseMs: 20,
  capMs: 200,
  quietMs: 60_000,
  silenceMs: 1500,
  watchSeconds: [300, 600],
  retryMs: 300,
  initialIdleMs: 1000,
  pageSize: 2,
} as const;

interface Follower {
  readonly reflector: Reflector<Data>;
  readonly resource: ReflectedResource<Data>;
  /** As the published changes alone describe it: `name=data.v`. */
  readonly view: () => string[];
  readonly changes: string[];
  readonly states: ReflectorState['kind'][];
}

function follow(
  traits: ServerTraits = { canStreamLists: true },
  scope = { namespace: cluster.namespace },
): Follower {
  const published = new Map<string, Data>();
  const changes: string[] = [];
  const states: ReflectorState['kind'][] = [];
  const resource: ReflectedResource<Data> = {
    client,
    resource: CONFIG_MAPS,
    scope,
    project: (object) => object['data'] as Data,
  };
  const reflector = new Reflector<Data>({
    ...resource,
    traits,
    timing,
    onChange({ upserts, deletes }) {
      for (const [key, data] of upserts) {
        published.set(key, data);
        changes.push(`${nameOf(key)}=${data?.['v']}`);
      }
      for (const key of deletes) {
        published.delete(key);
        changes.push(`-${nameOf(key)}`);
      }
    },
    onState: ({ kind }) => states.push(kind),
  });
  running.push(reflector.run(stop.signal));
  const view = () => [...published].map(([key, data]) => `${nameOf(key)}=${data?.['v']}`).toSorted();
  return { reflector, resource, view, changes, states };
}

const nameOf = (key: string) => key.slice(key.indexOf('/') + 1);
const put = (name: string, v: string) =>
  cluster.client.apply(CONFIG_MAPS, configMap(cluster.namespace, name, { v }), { fieldManager: 'test' });
const remove = (name: string) => cluster.client.delete(CONFIG_MAPS, { namespace: cluster.namespace, name });
const watches = () => proxy.requests.filter(({ isWatch }) => isWatch);
const lists = () => proxy.requests.filter(({ isWatch }) => !isWatch);

test('streams the list, then follows every change, on one connection', async () => {
  await put('a', '1');
  await put('b', '1');
  const { view, changes, states, reflector } = follow();
  await expect.poll(view).toEqual(['a=1', 'b=1']);
  await put('a', '2');
  await remove('b');
  await put('c', '1');
  await expect.poll(view).toEqual(['a=2', 'c=1']);
  expect(changes).toEqual(['a=1', 'b=1', 'a=2', '-b', 'c=1']);
  expect(states).toEqual(['synced']);
  expect([watches().length, lists().length, reflector.lists]).toEqual([1, 0, 1]);
});

test('a server that does not stream lists is listed by pages, and all reflectors know it', async () => {
  await put('a', '1');
  const traits = { canStreamLists: true };
  proxy.setFault(({ query }) =>
    query.has('sendInitialEvents')
      ? {
          respond: {
            status: 422,
            body: {
              kind: 'Status',
              code: 422,
              reason: 'Invalid',
              message: 'sendInitialEvents is forbidden for watch',
            },
          },
        }
      : null,
  );
  const first = follow(traits);
  await expect.poll(first.view).toEqual(['a=1']);
  expect(traits.canStreamLists).toBe(false);
  expect(lists()[0]?.query.get('limit')).toBe('2');
  await put('b', '1');
  await expect.poll(first.view).toEqual(['a=1', 'b=1']);
  const second = follow(traits);
  await expect.poll(second.view).toEqual(['a=1', 'b=1']);
  expect(watches().filter(({ query }) => query.has('sendInitialEvents'))).toHaveLength(1);
});

test('a server that ignores the wish for a streamed list is listed', async () => {
  await put('a', '1');
  proxy.setFault(({ query }) =>
    query.has('sendInitialEvents') ? { line: (line) => (line.includes('"BOOKMARK"') ? null : line) } : null,
  );
  const { view } = follow();
  await expect.poll(view).toEqual(['a=1']);
});

test('a page whose continuation has expired begins the list again, without a gap', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name, '1');
  let expired = 0;
  proxy.setFault(({ query, isWatch }) => {
    if (isWatch || !query.has('continue')) return null;
    expired += 1;
    return expired === 2 ? { respond: { status: 410, body: EXPIRED } } : null;
  });
  const { view, changes } = follow({ canStreamLists: false });
  await expect.poll(view).toEqual(['a=1', 'b=1', 'c=1', 'd=1', 'e=1']);
  expect(changes).toHaveLength(5);
  expect(lists().map(({ query }) => query.has('continue'))).toEqual([false, true, true, false, true, true]);
});

test('410 on a watch lists again; what was deleted meanwhile is a deletion', async () => {
  await put('a', '1');
  await put('b', '1');
  const { view, changes, reflector } = follow();
  await expect.poll(view).toEqual(['a=1', 'b=1']);
  await proxy.setListening(false);
  await remove('a');
  await put('c', '1');
  proxy.setFault(({ query }) =>
    query.has('sendInitialEvents') || !query.has('watch')
      ? null
      : { line: () => ({ ends: 'end', after: `${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n` }) },
  );
  await proxy.setListening(true);
  // An open watch shows the fault with its first line.
  await expect.poll(async () => (await put('d', String(Math.random())), reflector.lists)).toBe(2);
  proxy.setFault(() => null);
  await put('d', '9');
  await expect.poll(view).toEqual(['b=1', 'c=1', 'd=9']);
  expect(changes.filter((change) => change === '-a')).toHaveLength(1);
  expect(changes.filter((change) => change === 'b=1')).toHaveLength(1);
});

test('a server that goes away is waited for, and the watch resumed without a list', async () => {
  await put('a', '1');
  const { view, states, reflector } = follow();
  await expect.poll(view).toEqual(['a=1']);
  await proxy.setListening(false);
  await expect.poll(() => states.at(-1)).toBe('failing');
  await put('b', '1');
  await remove('a');
  expect(view()).toEqual(['a=1']);
  await proxy.setListening(true);
  await expect.poll(view).toEqual(['b=1']);
  expect(states.at(-1)).toBe('synced');
  expect(reflector.lists).toBe(1);
});

test('429 with Retry-After is obeyed, and resumes the watch without a list', async () => {
  await put('a', '1');
  const { view, reflector } = follow();
  await expect.poll(view).toEqual(['a=1']);
  const refused: number[] = [];
  proxy.setFault(({ isWatch }) => {
    if (!isWatch || refused.length >= 2) return null;
    refused.push(performance.now());
    return {
      respond: {
        status: 429,
        headers: { 'retry-after': '1' },
        body: { code: 429, reason: 'TooManyRequests' },
      },
    };
  });
  proxy.disconnect();
  await put('b', '1');
  await expect.poll(view).toEqual(['a=1', 'b=1']);
  expect(refused[1]! - refused[0]!).toBeGreaterThan(990);
  expect(reflector.lists).toBe(1);
});

test('a connection that is dead on one side is given up after the silence, and nothing is missed', async () => {
  await put('a', '1');
  let isDead = false;
  proxy.setFault(() => ({ line: (line) => (isDead ? { ends: 'stall' } : line) }));
  const { view, reflector, states } = follow();
  await expect.poll(view).toEqual(['a=1']);
  isDead = true;
  await put('b', '1');
  await expect.poll(() => states.at(-1)).toBe('failing');
  isDead = false;
  await expect.poll(view).toEqual(['a=1', 'b=1']);
  expect(reflector.lists).toBe(1);
});

test('a line that is cut off is read again, whole', async () => {
  await put('a', '1');
  let cuts = 0;
  proxy.setFault(({ query }) => ({
    line: (line) =>
      !query.has('sendInitialEvents') || !line.includes('"name":"b"') || cuts++ > 0
        ? line
        : { ends: 'cut', after: line.slice(0, line.length / 2) },
  }));
  const { view, reflector, changes } = follow();
  await expect.poll(view).toEqual(['a=1']);
  await put('b', '1');
  await expect.poll(view).toEqual(['a=1', 'b=1']);
  expect(cuts).toBe(1);
  expect(changes).toEqual(['a=1', 'b=1']);
  expect(reflector.lists).toBe(1);
});

test('only bookmarks for a while: the version moves with them', async () => {
  const { reflector, states } = follow();
  await expect.poll(() => states).toEqual(['synced']);
  const before = reflector.version;
  proxy.setFault(({ query }) => ({
    line: () => ({
      ends: 'stall',
      after: `${JSON.stringify({
        type: 'BOOKMARK',
        object: { metadata: { resourceVersion: String(Number(query.get('resourceVersion')) + 5) } },
      })}\n`,
    }),
  }));
  proxy.disconnect();
  await expect
    .poll(async () => (await put('x', String(Math.random())), Number(reflector.version)))
    .toBeGreaterThan(Number(before) + 4);
});

test('a replica that lags behind is recognised, and what it replays is ignored', async () => {
  const old = await put('a', '1');
  await put('a', '2');
  const { view, changes, states } = follow();
  await expect.poll(view).toEqual(['a=2']);
  // A watch that replays from an older version.
  proxy.setFault(({ query }) =>
    query.get('resourceVersion')
      ? {
          line: (line) =>
            `${JSON.stringify({ type: 'ADDED', object: { ...old, kind: 'ConfigMap' } })}\n${line}`,
        }
      : null,
  );
  proxy.disconnect();
  await put('b', '1');
  await expect.poll(view).toEqual(['a=2', 'b=1']);
  expect(changes).not.toContain('a=1');
  // A list from a version this server has not seen yet.
  const tooLarge = {
    ...EXPIRED,
    code: 504,
    reason: 'Timeout',
    message: 'Timeout: Too large resource version: 999, current: 5',
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  };
  let refusals = 0;
  proxy.setFault(({ query }) => {
    if (!query.get('resourceVersion')) return null;
    refusals += 1;
    return { respond: { status: 504, body: tooLarge } };
  });
  proxy.disconnect();
  await put('c', '1');
  await expect.poll(view).toEqual(['a=2', 'b=1', 'c=1']);
  expect(refusals).toBe(1);
  expect(states.at(-1)).toBe('synced');
});

test('an object of 2 MiB arrives whole', async () => {
  // Larger than etcd accepts: only a peer that has no such limit sends one.
  const big = 'x'.repeat(2 * 1024 * 1024);
  await put('a', 'small');
  proxy.setFault(() => ({ line: (line) => line.replace('"v":"small"', `"v":"${big}"`) }));
  const { view } = follow();
  await expect.poll(() => view()[0]?.length).toBe(big.length + 2);
  await put('b', '1');
  await expect.poll(() => view().at(-1)).toBe('b=1');
});

test('events of unknown types are ignored', async () => {
  proxy.setFault(() => ({
    line: (line) =>
      line.includes('"ADDED"') ? `${line.replace('"ADDED"', '"FROBNICATED"')}\n${line}` : line,
  }));
  const { view, changes } = follow();
  await put('a', '1');
  await expect.poll(view).toEqual(['a=1']);
  expect(changes).toEqual(['a=1']);
});

test('a server that ends every watch at once makes no busy loop', async () => {
  await put('a', '1');
  proxy.setFault(({ query }) => (query.get('resourceVersion') ? { respond: { status: 200 } } : null));
  const { view } = follow();
  await expect.poll(view).toEqual(['a=1']);
  proxy.disconnect();
  const before = watches().length;
  await expect.poll(() => watches().length - before).toBeGreaterThan(3);
  const startedAt = performance.now();
  const then = watches().length;
  await expect.poll(() => watches().length - then).toBeGreaterThan(4);
  expect(performance.now() - startedAt).toBeGreaterThan(500);
});

test('a right that is missing is named and tried again; what was known stays', async () => {
  await put('a', '1');
  const { view, states, reflector } = follow();
  await expect.poll(view).toEqual(['a=1']);
  const message = 'configmaps is forbidden: User "agent" cannot watch resource "configmaps" in API group ""';
  proxy.setFault(() => ({ respond: { status: 403, body: { code: 403, reason: 'Forbidden', message } } }));
  proxy.disconnect();
  await expect.poll(() => states.at(-1)).toBe('forbidden');
  expect(reflector.state).toMatchObject({ message });
  expect(view()).toEqual(['a=1']);
  proxy.setFault(() => null);
  await put('b', '1');
  await expect.poll(view).toEqual(['a=1', 'b=1']);
});

test('a resource that goes takes its objects with it when the server says so twice; it comes back when it is there', async () => {
  await put('a', '1');
  const { view, states, reflector } = follow();
  await expect.poll(view).toEqual(['a=1']);
  let refusals = 0;
  proxy.setFault(() => {
    refusals += 1;
    return refusals === 1 ? { respond: { status: 404, body: { code: 404, reason: 'NotFound' } } } : null;
  });
  proxy.disconnect();
  await expect.poll(() => reflector.lists).toBe(2);
  expect(states).not.toContain('absent');
  proxy.setFault(() => ({ respond: { status: 404, body: { code: 404, reason: 'NotFound' } } }));
  proxy.disconnect();
  await expect.poll(view).toEqual([]);
  expect(states.at(-1)).toBe('absent');
  proxy.setFault(() => null);
  reflector.wake();
  await expect.poll(view).toEqual(['a=1']);
});

test('where the server does not have a version, others are tried', async () => {
  await put('a', '1');
  const states: ReflectorState['kind'][] = [];
  const seen: string[] = [];
  const reflector = new Reflector<string>({
    client,
    resource: { ...CONFIG_MAPS, version: 'v9' },
    alternatives: [{ ...CONFIG_MAPS, version: 'v2' }, CONFIG_MAPS],
    scope: { namespace: cluster.namespace },
    traits: { canStreamLists: true },
    timing,
    project: ({ apiVersion, metadata }) => `${apiVersion} ${metadata.name}`,
    onChange: ({ upserts }) => seen.push(...upserts.values()),
    onState: ({ kind }) => states.push(kind),
  });
  running.push(reflector.run(stop.signal));
  await expect.poll(() => seen).toEqual(['v1 a']);
  expect(states).toEqual(['synced']);
  expect(reflector.resource.version).toBe('v1');
});

test('an audit finds what was lost on the way and nothing else; a new list heals it', async () => {
  await put('a', '1');
  await put('b', '1');
  const { reflector, resource, view } = follow();
  await expect.poll(view).toEqual(['a=1', 'b=1']);
  const audit = () => auditReflector(reflector, resource, stop.signal, { catchUpMs: 1000, pollMs: 50 });
  expect(await audit()).toEqual([]);
  let isLossy = true;
  proxy.setFault(({ isWatch }) => ({
    line: (line) => (isWatch && isLossy && /"name":"[ab]"/.test(line) ? null : line),
  }));
  proxy.disconnect();
  await put('c', '1');
  await expect.poll(view).toEqual(['a=1', 'b=1', 'c=1']);
  await put('a', '2');
  await remove('b');
  await put('c', '2');
  await expect.poll(view).toEqual(['a=1', 'b=1', 'c=2']);
  expect((await audit()).map(nameOf).toSorted()).toEqual(['a', 'b']);
  isLossy = false;
  reflector.relist();
  await expect.poll(view).toEqual(['a=2', 'c=2']);
  expect(await audit()).toEqual([]);
});

const STEPS = Number(process.env['PORTOLAN_TEST_COUNT'] ?? 400);
const seed = Number(process.env['PORTOLAN_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`after ${STEPS} random changes under random faults the objects are those of the server: seed ${seed}`, async () => {
  const random = randomOf(seed);
  const pick = <V>(values: readonly V[]): V => values[Math.floor(random() * values.length)]!;
  const follower = follow();
  const expired = `${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`;
  const faults: readonly (() => Fault | null)[] = [
    () => ({ respond: { status: 429, headers: { 'retry-after': '0' } } }),
    () => ({ respond: { status: 503, body: { code: 503 } } }),
    () => ({ respond: { status: 410, body: EXPIRED } }),
    () => ({ line: (line, index) => (index < 3 ? line : { ends: 'cut', after: line.slice(0, 40) }) }),
    () => ({ line: (line, index) => (index < 2 ? line : { ends: 'end' }) }),
    () => ({ line: (line, index) => (index < 4 ? line : { ends: 'stall' }) }),
    () => ({ line: (line, index) => (index < 5 ? line : { ends: 'end', after: expired }) }),
    () => ({ line: (line) => `${line}\n${line}` }),
  ];
  proxy.setFault(({ isWatch }) => (isWatch && random() < 0.7 ? pick(faults)() : null));
  for (let step = 1; step <= STEPS; step += 1) {
    const name = `n${Math.floor(random() * 12)}`;
    if (random() < 0.25) await remove(name);
    else await put(name, String(step));
    if (random() < 0.05) proxy.disconnect();
    if (random() < 0.02) follower.reflector.relist();
  }
  proxy.setFault(() => null);
  proxy.disconnect();
  const wanted: string[] = [];
  await cluster.client.list(CONFIG_MAPS, {
    namespace: cluster.namespace,
    onItem: (item) => {
      const { metadata, data } = item as { metadata: { name: string }; data: { v: string } };
      wanted.push(`${metadata.name}=${data.v}`);
    },
  });
  await expect.poll(follower.view).toEqual(wanted.toSorted());
  // Nothing is published twice, and nothing older after something newer.
  const last = new Map<string, number>();
  for (const change of follower.changes.filter((one) => !one.startsWith('-'))) {
    const [name = '', version = ''] = change.split('=');
    expect(Number(version)).toBeGreaterThan(last.get(name) ?? 0);
    last.set(name, Number(version));
  }
});

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const EXPIRED = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  code: 410,
  message: 'too old resource version: 1 (5)',
};
