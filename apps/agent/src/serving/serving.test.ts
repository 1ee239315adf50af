import pino from 'pino';
import { beforeEach, expect, test } from 'vitest';
import type { DesiredState } from '@portolan/contract/agent';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Model } from '@portolan/resources/model/model';
import { Serving, type Served } from './serving.ts';

let swapped: Model[];
let served: Served[];
let serving: Serving;

beforeEach(() => {
  [swapped, served] = [[], []];
  serving = new Serving({
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
  source: { file: `${name}.yaml`, line: 1 },
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
const hosts = () =>
  swapped
    .at(-1)
    ?.routes.flatMap((route) => route.hosts)
    .toSorted();

test('waits for the cluster’s own objects before it serves anything of the platform', () => {
  serving.setDesired(state({ objects: [ingress('made', 'made.localhost').object] }));
  expect(swapped).toEqual([]);
  serving.setSource({ objects: [ingress('own', 'own.localhost')], problems: [] });
  expect(hosts()).toEqual(['made.localhost', 'own.localhost']);
});

test('of one object in a file and on the platform the file’s is served, and both are told', () => {
  serving.setSource({ objects: [ingress('web', 'file.localhost')], problems: [] });
  const problems = serving.setDesired(state({ objects: [ingress('web', 'platform.localhost').object] }));
  expect(hosts()).toEqual(['file.localhost']);
  expect(problems).toMatchObject([
    { code: 'owned-elsewhere', name: 'web', message: expect.stringContaining('web.yaml:1') },
  ]);
});

test('the platform’s certificates are served under their hosts', () => {
  serving.setSource({ objects: [ingress('web', 'a.localhost')], problems: [] });
  serving.setDesired(
    state({
      certificates: [
        { hosts: ['a.localhost', 'b.localhost'], cert: 'CERT', key: 'KEY', notAfter: '2030-01-01T00:00:00Z' },
      ],
    }),
  );
  expect([...swapped.at(-1)!.certificates.keys()]).toEqual(['a.localhost', 'b.localhost']);
});

test('names what is held in an older form, to be kept for a restart', () => {
  const good = ingress('web', 'good.localhost');
  serving.setSource({ objects: [good], problems: [] });
  serving.setSource({ objects: [ingress('web', 'bad.localhost', 'Wrong')], problems: [] });
  expect(hosts()).toEqual(['good.localhost']);
  expect(served.at(-1)?.held.map(({ object }) => object)).toEqual([good.object]);
  expect(served.at(-1)?.problems[0]).toMatchObject({
    severity: 'error',
    file: 'web.yaml',
    kind: 'Ingress',
    name: 'web',
  });
});

test('holds an empty model back until it is confirmed', () => {
  serving.setSource({ objects: [ingress('web', 'a.localhost')], problems: [] });
  serving.setSource({ objects: [], problems: [] });
  expect(hosts()).toEqual(['a.localhost']);
  expect(served.at(-1)?.problems).toMatchObject([{ code: 'empty-held-back' }]);
  serving.confirmEmpty();
  expect(hosts()).toEqual([]);
});
