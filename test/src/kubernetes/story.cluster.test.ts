import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createKey } from '@portolan/contract/keys';
import { listApis, listProblems, listResources } from '@portolan/contract/resources';
import { createUser } from '@portolan/contract/users';
import { call } from '../e2e/request.ts';
import { npmStart, type Running } from '../e2e/running.ts';
import { until } from '../e2e/until.ts';
import { apply, installCrds, installTraefikCrds, kubectl, namespace } from './cluster.ts';

const airline = fileURLToPath(new URL('../../../examples/airline', import.meta.url));
const SOON_MS = 60_000;
const STORY_MS = 300_000;

let directory: string;
let system: Running;
let upstream: Server;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-story-'));
  await installCrds();
  await installTraefikCrds();
  await apply(namespace('airline'));
  upstream = createServer((request, response) => response.end(`real ${request.url}`)).listen(0, '0.0.0.0');
  await once(upstream, 'listening');
});

afterAll(async () => {
  await system?.stop();
  upstream?.close();
  await kubectl(['delete', '--ignore-not-found', '-R', '-f', airline]);
  await rm(directory, { recursive: true, force: true });
});

const params = () => ({ workspace: system.ready.workspace });
const edge = () => system.ready.brokers[0]!.edge.http;

/** Endpoints on an address of this machine that is not a loopback one, as Pods have. */
function endpoints(): unknown {
  const address = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  expect(address).toBeDefined();
  const { port } = upstream.address() as AddressInfo;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'flights-real',
      namespace: 'airline',
      labels: { 'kubernetes.io/service-name': 'flights' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port }],
    endpoints: [{ addresses: [address!.address], conditions: { ready: true } }],
  };
}

test(
  'the whole system on a cluster: kubectl apply is served through edge, tunnel and gateway, kubectl delete ends it',
  async () => {
    system = await npmStart(['--data-dir', join(directory, 'data'), '--kubeconfig', inject('kubeconfig')]);
    const { client } = system;
    await kubectl(['apply', '-R', '-f', airline]);
    await apply(endpoints());
    await kubectl(['delete', 'endpointslice', 'flights-1', '-n', 'airline']);

    const flightsOf = async () =>
      (await client.call(listApis, { params: params(), query: {} })).items.find(
        ({ name, namespace: place }) => name === 'flights' && place === 'airline',
      );
    const url = await until('the API is on the platform', SOON_MS, async () => (await flightsOf())?.urls[0]);
    expect((await flightsOf())?.owner).toEqual({ kind: 'cluster' });
    const host = new URL(url).hostname;

    const body = {
      firstName: 'Ada',
      lastName: 'Crew',
      company: 'Airline',
      email: 'ada@airline.example',
      groups: ['crew'],
    };
    const user = await client.call(createUser, { params: params(), body });
    const { key } = await client.call(createKey, {
      params: params(),
      body: { user: user.id, name: 'laptop' },
    });
    const flights = (path = '/flights/PO101') => call(edge(), host, path, { key });
    await until(
      'a request is served by the Service of the cluster',
      SOON_MS,
      async () => (await flights()).status === 200,
    );
    expect((await flights()).body).toBe('real /PO101');
    expect((await call(edge(), host, '/flights')).status).toBe(401);

    await kubectl([
      'patch',
      'apis',
      'flights',
      '-n',
      'airline',
      '--type=merge',
      '-p',
      '{"spec":{"pathPrefix":"/planes"}}',
    ]);
    await until('a change is served', SOON_MS, async () => (await flights('/planes/PO101')).status === 200);
    expect((await flights()).status).toBe(404);

    await kubectl(['delete', 'api', 'flights', '-n', 'airline']);
    await until(
      'what was deleted is gone',
      SOON_MS,
      async () => (await flights('/planes/PO101')).status === 404,
    );
    await until('also on the platform', SOON_MS, async () => (await flightsOf()) === undefined);
    const { items } = await client.call(listProblems, { params: params(), query: {} });
    expect(items.filter(({ code }) => code.startsWith('cluster-'))).toEqual([]);
    const resources = await client.call(listResources, {
      params: params(),
      query: { filter: 'kind:Service' },
    });
    expect(resources.items.map(({ name }) => name)).toContain('flights');
  },
  STORY_MS,
);
