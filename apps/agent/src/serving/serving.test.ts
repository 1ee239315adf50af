import pino from 'pino';
import { beforeEach, expect, test } from 'vitest';
import type { DesiredState } from '@portolan/contract/desired-state';
import { objectKey } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Model } from '@portolan/resources/model/model';
import type { SourceUpdate } from '../sources/source.ts';
import { Serving, type Served } from './serving.ts';

let swapped: Model[];
let served: Served[];
let serving: Serving;

beforeEach(() => {
  [swapped, served] = [[], []];
  serving = new Serving({
    generation: 'v2',
    allowCrossNamespace: false,
    log: pino({ level: 'silent' }),
    allowEmpty: false,
    swap: (model) => swapped.push(model),
    onServed: (next) => served.push(next),
  });
});

const ingress = (name: string, host: string, pathType = 'Prefix'): SourcedObject => ({
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'x' },
    spec: {
      rules: [
        {
          host,
          http: {
            paths: [{ path: '/', pathType, backend: { service: { name: 'up', port: { number: 80 } } } }],
          },
        },
      ],
    },
  },
  origin: { kind: 'file', file: `${name}.yaml`, line: 1 },
});
const state = (change: Partial<DesiredState>): DesiredState => ({
  keys: [],
  apiAuth: { kind: 'apiKey', source: { header: 'Authorization', headerAuthScheme: 'Bearer' } },
  domains: [],
  certificates: [],
  objects: [],
  tunnels: [],
  ...change,
});
const byKey = (objects: readonly SourcedObject[]) =>
  new Map(objects.map((sourced) => [objectKey(sourced.object), sourced]));
const snapshot = (objects: readonly SourcedObject[]): SourceUpdate => ({
  kind: 'snapshot',
  objects: byKey(objects),
  stale: new Set(),
  problems: [],
});
const hosts = () =>
  swapped
    .at(-1)
    ?.routes.flatMap((route) => route.hosts)
    .toSorted();

test('waits for the cluster’s own objects before it serves anything of the platform', () => {
  serving.setDesired(state({ objects: [ingress('made', 'made.localhost').object] }));
  expect(swapped).toEqual([]);
  serving.updateSource(snapshot([ingress('own', 'own.localhost')]));
  expect(hosts()).toEqual(['made.localhost', 'own.localhost']);
});

test('of one object in a file and on the platform the file’s is served, and both are told', () => {
  serving.updateSource(snapshot([ingress('web', 'file.localhost')]));
  const problems = serving.setDesired(state({ objects: [ingress('web', 'platform.localhost').object] }));
  expect(hosts()).toEqual(['file.localhost']);
  expect(problems).toMatchObject([
    { code: 'owned-elsewhere', name: 'web', message: expect.stringContaining('web.yaml:1') },
  ]);
});

test('the platform’s certificates are served under their hosts', () => {
  serving.updateSource(snapshot([ingress('web', 'a.localhost')]));
  serving.setDesired(
    state({
      certificates: [{ hosts: ['a.localhost', 'b.localhost'], cert: 'CERT', key: 'KEY' }],
    }),
  );
  expect([...swapped.at(-1)!.certificates.keys()]).toEqual(['a.localhost', 'b.localhost']);
});

test('names the last valid versions that are served, to be kept for a restart', () => {
  const good = ingress('web', 'good.localhost');
  serving.updateSource(snapshot([good]));
  serving.updateSource(snapshot([ingress('web', 'bad.localhost', 'Wrong')]));
  expect(hosts()).toEqual(['good.localhost']);
  expect(served.at(-1)?.lastValid.map(({ object }) => object)).toEqual([good.object]);
  expect(served.at(-1)?.problems[0]).toMatchObject({
    severity: 'error',
    file: 'web.yaml',
    kind: 'Ingress',
    name: 'web',
  });
});

test('of a source without files, one invalid object concerns only itself', () => {
  const cluster = (sourced: SourcedObject): SourcedObject => ({ ...sourced, origin: { kind: 'cluster' } });
  const [a, b] = [cluster(ingress('a', 'a.localhost')), cluster(ingress('b', 'b.localhost'))];
  serving.updateSource(snapshot([a, b]));
  const invalid = cluster(ingress('a', 'new.localhost', 'Wrong'));
  const failed = serving.setDesired(state({ objects: [ingress('made', 'made.localhost', 'Wrong').object] }));
  expect(failed).toMatchObject([{ kind: 'Ingress', name: 'made' }]);
  serving.updateSource({
    kind: 'delta',
    upserts: byKey([invalid]),
    deletes: [],
    stale: new Set(),
    problems: [],
  });
  expect(hosts()).toEqual(['a.localhost', 'b.localhost']);
  expect(served.at(-1)?.lastValid).toEqual([a]);
  const errors = [...(served.at(-1)?.problemsByKey ?? [])].filter(([, problems]) =>
    problems.some(({ severity }) => severity === 'error'),
  );
  expect(errors.map(([key]) => key)).toEqual([objectKey(a.object), 'Ingress.networking.k8s.io/x/made']);
  expect(served.at(-1)?.problems.some(({ file }) => file !== undefined)).toBe(false);
});

test('a delta removes and changes only the objects it names', () => {
  serving.updateSource(snapshot([ingress('a', 'a.localhost'), ingress('b', 'b.localhost')]));
  serving.updateSource({
    kind: 'delta',
    upserts: byKey([ingress('c', 'c.localhost')]),
    deletes: [objectKey(ingress('a', '').object)],
    stale: new Set(),
    problems: [],
  });
  expect(hosts()).toEqual(['b.localhost', 'c.localhost']);
});

test('keeps stale objects for a restart, and no others', () => {
  const [a, b] = [ingress('a', 'a.localhost'), ingress('b', 'b.localhost')];
  serving.updateSource({ ...snapshot([a, b]), stale: new Set([objectKey(a.object)]) });
  expect(served.at(-1)?.lastValid).toEqual([a]);
});

test('holds an empty model back until it is confirmed', () => {
  serving.updateSource(snapshot([ingress('web', 'a.localhost')]));
  serving.updateSource(snapshot([]));
  expect(hosts()).toEqual(['a.localhost']);
  expect(served.at(-1)?.problems).toMatchObject([{ code: 'empty-held-back' }]);
  serving.confirmEmpty();
  expect(hosts()).toEqual([]);
});
