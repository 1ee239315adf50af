import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Origin } from '@portolan/resources/kinds/origin';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Uplink } from '../uplink/uplink.ts';
import type { Served } from '../../serving/serving.ts';
import { ReportBuilder, type ReportedObject } from './resource-report.ts';
import { ResourceSync } from './resource-sync.ts';

interface Report {
  readonly method: string;
  readonly base?: number;
  readonly sequence: number;
  readonly objects?: readonly ReportedObject[];
  readonly upserts?: readonly ReportedObject[];
  readonly deletes?: readonly string[];
  readonly problems?: readonly object[];
}

/** The platform's side of the protocol: holds what it was told, refuses what does not follow. */
class Receiver implements Uplink {
  readonly reports: Report[] = [];
  readonly objects = new Map<string, ReportedObject>();
  sequence: number | null = null;
  /** What happens to the next answers: `lost` after the report was taken, `refused` before. */
  faults: ('lost' | 'refused')[] = [];

  async request({ method, body }: Parameters<Uplink['request']>[0]) {
    const report = { method, ...JSON.parse(body ?? '') } as Report;
    const fault = this.faults.shift();
    if (fault === 'refused') throw new Error('the tunnel broke');
    this.reports.push(report);
    if (method === 'PATCH' && this.sequence !== report.sequence && this.sequence !== report.base) {
      return this.#answer(409, { error: { code: 'sequence-gap', message: 'gap' } });
    }
    if (this.sequence !== report.sequence) this.#take(report);
    if (fault === 'lost') throw new Error('the tunnel broke');
    return this.#answer(200, { sequence: report.sequence });
  }

  #take({ objects, upserts = [], deletes = [], sequence }: Report): void {
    if (objects) this.objects.clear();
    for (const object of objects ?? upserts) this.objects.set(object.key, object);
    for (const key of deletes) this.objects.delete(key);
    this.sequence = sequence;
  }

  #answer(status: number, value: object) {
    return {
      status,
      body: (async function* () {
        yield Buffer.from(JSON.stringify(value));
      })(),
    };
  }
}

const service = (
  name: string,
  port = 80,
  origin: Origin = { kind: 'file', file: 'a.yaml', line: 1 },
): SourcedObject => ({
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'x' },
    spec: { ports: [{ port }] },
  },
  origin,
});
const served = (...objects: SourcedObject[]): Served =>
  ({
    objects: new Map(objects.map((sourced) => [`Service./x/${sourced.object.metadata.name}`, sourced])),
    problems: [],
    problemsByKey: new Map(),
    model: { routes: [] },
    lastValid: [],
  }) as unknown as Served;

let receiver: Receiver;
let builder: ReportBuilder;
let sync: ResourceSync;
let ending: AbortController;
let running: Promise<void>;

beforeEach(() => {
  receiver = new Receiver();
  builder = new ReportBuilder();
  ending = new AbortController();
  sync = new ResourceSync(receiver, pino({ level: 'silent' }));
  running = sync.run(ending.signal);
});

afterEach(async () => {
  ending.abort();
  await running;
});

const show = (...objects: SourcedObject[]) => sync.show(builder.build(served(...objects)));
const keys = () => [...receiver.objects.keys()].map((key) => key.split('/').at(-1)).join();

test('sends everything once, then only what changed', async () => {
  const [a, b] = [service('a'), service('b')];
  show(a, b);
  await expect.poll(keys).toBe('a,b');
  show(a, service('b', 81), service('c'));
  await expect.poll(keys).toBe('a,b,c');
  show(a);
  await expect.poll(keys).toBe('a');
  expect(
    receiver.reports.map(({ method, upserts, deletes }) => [method, upserts?.length, deletes?.length]),
  ).toEqual([
    ['PUT', undefined, undefined],
    ['PATCH', 2, 0],
    ['PATCH', 0, 2],
  ]);
});

test('a report whose answer was lost is not taken twice, one that never arrived is sent again', async () => {
  show(service('a'));
  await expect.poll(keys).toBe('a');
  receiver.faults = ['lost', 'refused'];
  show(service('a'), service('b'));
  await expect.poll(() => receiver.reports.length).toBe(3);
  show(service('c'));
  await expect.poll(keys).toBe('c');
});

test('repairs a gap with a snapshot', async () => {
  show(service('a'));
  await expect.poll(keys).toBe('a');
  receiver.sequence = 7;
  receiver.objects.clear();
  show(service('a'), service('b'));
  await expect.poll(keys).toBe('a,b');
  expect(receiver.reports.at(-1)?.method).toBe('PUT');
});

test('says who owns each object', async () => {
  const labelled = service('flux');
  show(
    service('file'),
    service('made', 80, { kind: 'platform' }),
    {
      ...labelled,
      object: {
        ...labelled.object,
        metadata: { ...labelled.object.metadata, labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } },
      },
    },
    service('cluster', 80, { kind: 'cluster' }),
  );
  await expect.poll(keys).toBe('file,made,flux,cluster');
  expect([...receiver.objects.values()].map(({ owner }) => owner)).toEqual([
    { kind: 'file', file: 'a.yaml', line: 1 },
    { kind: 'platform' },
    { kind: 'gitops', tool: 'Flux', application: 'shop' },
    { kind: 'cluster' },
  ]);
});
