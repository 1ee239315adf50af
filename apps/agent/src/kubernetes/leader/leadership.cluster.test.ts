import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { CONFIG_MAPS, testCluster } from '../testing/cluster.ts';
import { TIMING } from './elector.ts';
import { LeaseStore } from './lease-store.ts';
import { monotonicMs } from './monotonic.ts';

const PROGRAM = new URL('../testing/replica-process.ts', import.meta.url);
const POLL = { interval: 20, timeout: 60_000 };

describe('several replicas', () => {
  test('one writes; on SIGTERM another takes over within 2 s', async () => {
    await using fixture = await openFixture();
    const [first, second] = await fixture.startTwo();
    await fixture.untilWrittenBy('first');
    expect(second.isLeading).toBe(false);
    const from = monotonicMs();
    first.child.kill('SIGTERM');
    await fixture.untilWrittenBy('second');
    expect(monotonicMs() - from).toBeLessThan(2_000);
    expect(await fixture.holder()).toBe('second');
    expect(fixture.failures()).toEqual([]);
  });

  test('after kill -9 another takes over when the lease has run out', async () => {
    await using fixture = await openFixture();
    const [first] = await fixture.startTwo();
    await fixture.untilWrittenBy('first');
    const from = monotonicMs();
    first.child.kill('SIGKILL');
    await fixture.untilWrittenBy('second');
    const passed = monotonicMs() - from;
    expect(passed).toBeGreaterThan(TIMING.leaseMs - TIMING.renewEveryMs - TIMING.lookEveryMs);
    expect(passed).toBeLessThan(TIMING.leaseMs + 3 * TIMING.lookEveryMs);
  });

  test('one that was paused for 20 s sends nothing after that', async () => {
    await using fixture = await openFixture();
    const [first] = await fixture.startTwo();
    await fixture.untilWrittenBy('first');
    const from = monotonicMs();
    first.child.kill('SIGSTOP');
    await fixture.untilWrittenBy('second');
    await delay(Math.max(0, from + 20_000 - monotonicMs()));
    const known = fixture.writers().length;
    first.child.kill('SIGCONT');
    await expect.poll(() => first.isLeading, POLL).toBe(false);
    await expect.poll(() => fixture.writers().length, POLL).toBeGreaterThan(known + 20);
    const taken = fixture.writers().indexOf('second');
    expect(new Set(fixture.writers().slice(taken))).toEqual(new Set(['second']));
  });

  test('one whose event loop is blocked for 12 s keeps the lease', async () => {
    await using fixture = await openFixture();
    const [first, second] = await fixture.startTwo();
    await fixture.untilWrittenBy('first');
    const unblocked = once(first.child, 'message');
    first.child.send({ blockMs: 12_000 });
    expect((await unblocked)[0]).toEqual({ unblocked: true, isLeading: true });
    await expect.poll(() => fixture.writers().length, POLL).toBeGreaterThan(5);
    expect(second.isLeading).toBe(false);
    expect(new Set(fixture.writers())).toEqual(new Set(['first']));
    expect((await fixture.lease())?.record.transitions).toBe(0);
  });
});

interface Replica {
  readonly child: ChildProcess;
  isLeading: boolean;
  /** It has seen that another holds the lease. */
  isFollowing: boolean;
}

async function openFixture() {
  const { client, namespace, close } = await testCluster();
  const store = new LeaseStore(client, namespace, 'portolan-agent');
  const stop = new AbortController();
  const writers: string[] = [];
  const failures: string[] = [];
  const replicas: Replica[] = [];
  const watching = (async () => {
    const query = { fieldSelector: 'metadata.name=written' };
    const options = { namespace, query, silenceMs: 120_000, signal: stop.signal };
    for await (const event of client.watch(CONFIG_MAPS, options))
      if ('object' in event) writers.push((event.object['data'] as { by: string }).by);
  })().catch(() => undefined);

  function start(identity: string): Replica {
    const child = fork(PROGRAM, [inject('kubeconfig'), namespace, identity]);
    const replica: Replica = { child, isLeading: false, isFollowing: false };
    child.on('message', ({ event, failed }: { event?: string; failed?: string }) => {
      if (failed !== undefined) failures.push(failed);
      replica.isFollowing ||= event === 'leader.other';
      if (event === 'leader.held') replica.isLeading = true;
      else if (event === 'leader.ended') replica.isLeading = false;
    });
    replicas.push(replica);
    return replica;
  }

  return {
    writers: () => writers,
    lease: () => store.read(5_000),
    holder: async () => (await store.read(5_000))?.record.holder,
    untilWrittenBy: (identity: string) => expect.poll(() => writers.at(-1), POLL).toBe(identity),
    async startTwo(): Promise<[Replica, Replica]> {
      const first = start('first');
      await expect.poll(() => first.isLeading, POLL).toBe(true);
      const second = start('second');
      await expect.poll(() => second.isFollowing, POLL).toBe(true);
      return [first, second];
    },
    /** Writes that failed for another reason than the lease. */
    failures: () => failures.filter((failure) => !failure.includes('abort')),
    async [Symbol.asyncDispose]() {
      for (const { child } of replicas) child.kill('SIGKILL');
      stop.abort();
      await watching;
      await close();
    },
  };
}
