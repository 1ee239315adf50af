import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenApiDocument } from '../../gateway/openapi/normalise.ts';
import { normaliseDocument } from '../../gateway/openapi/normalise.ts';
import type { Outbox } from '../uplink/outbox.ts';
import type { Uplink } from '../uplink/uplink.ts';
import { openApiOutbox } from './openapi-outbox.ts';

/** The platform's side of the protocol: keeps what it is brought, wants what it does not have. */
class Receiver implements Uplink {
  readonly kept = new Map<string, string>();
  calls: string[] = [];
  isAway = false;

  async request({ method, body }: Parameters<Uplink['request']>[0]) {
    if (this.isAway) throw new Error('the tunnel broke');
    const report = JSON.parse(body ?? '') as {
      documents: { key: string; sha256: string | null }[];
      key: string;
      sha256: string;
    };
    this.calls.push(method);
    let wanted: string[] = [];
    if (method === 'POST') {
      const listed = new Set(report.documents.map(({ key }) => key));
      for (const key of this.kept.keys()) if (!listed.has(key)) this.kept.delete(key);
      wanted = report.documents.flatMap(({ key, sha256 }) =>
        sha256 !== null && this.kept.get(key) !== sha256 ? [key] : [],
      );
    } else this.kept.set(report.key, report.sha256);
    const text = method === 'POST' ? JSON.stringify({ wanted }) : '';
    return {
      status: method === 'POST' ? 200 : 204,
      body: (async function* () {
        yield Buffer.from(text);
      })(),
    };
  }
}

const document = (title: string): OpenApiDocument =>
  normaliseDocument(JSON.stringify({ openapi: '3.1.0', info: { title } }));

let receiver: Receiver;
let documents: Map<string, OpenApiDocument | null> | null;
let outbox: Outbox;
let ending: AbortController;
let running: Promise<void>;

beforeEach(() => {
  receiver = new Receiver();
  documents = null;
  ending = new AbortController();
  outbox = openApiOutbox(() => documents, receiver, pino({ level: 'silent' }));
  running = outbox.run(ending.signal);
});

afterEach(async () => {
  ending.abort();
  await running;
});

function show(...entries: [string, OpenApiDocument | null][]): void {
  documents = new Map(entries);
  outbox.wake();
}

const kept = () => [...receiver.kept.keys()].toSorted().join();

test('brings each document once, and takes back those that are gone', async () => {
  show(['a', document('A')], ['b', null]);
  await expect.poll(kept).toBe('a');
  show(['a', document('A')], ['b', document('B')]);
  await expect.poll(kept).toBe('a,b');
  show(['b', document('B')]);
  await expect.poll(kept).toBe('b');
  expect(receiver.calls.filter((method) => method === 'PUT')).toHaveLength(2);
});

test('says nothing before anything is served, and leaves what could not be had yet alone', async () => {
  receiver.kept.set('a', 'from before the restart');
  outbox.wake();
  show(['a', null]);
  await expect.poll(() => receiver.calls.join()).toBe('POST');
  expect(kept()).toBe('a');
});

test('goes on where it stopped, also with more documents than one attempt takes', async () => {
  receiver.isAway = true;
  show(
    ...Array.from(
      { length: 45 },
      (_, index) => [`api-${index}`, document(`${index}`)] as [string, OpenApiDocument],
    ),
  );
  receiver.isAway = false;
  await expect.poll(() => receiver.kept.size, { timeout: 5000 }).toBe(45);
});
