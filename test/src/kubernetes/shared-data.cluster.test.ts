import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { listResources } from '@portolan/contract/resources';
import { npmStart, type Running } from '../e2e/running.ts';
import { until } from '../e2e/until.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';

const SOON_MS = 60_000;
const RUN_MS = 300_000;
const NAMESPACE = 'sharing';
const recorder = pathToFileURL(join(import.meta.dirname, 'capture/record-sent-bytes.ts')).href;

let directory: string;
let system: Running;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-sharing-'));
  await installCrds();
  await apply(namespace(NAMESPACE));
});

afterAll(async () => {
  await system?.stop();
  await kubectl(['delete', 'apis,secrets,configmaps,services', '--all', '-n', NAMESPACE]);
  await kubectl(['delete', 'accesscontrolpolicies', '--all']);
  await rm(directory, { recursive: true, force: true });
});

const inNamespace = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
/** Words that must not leave; base64 of them neither. */
const planted = (name: string) => `planted-secret-${name}`;
const SECRET_WORDS = ['referred', 'other', 'annotation', 'configmap', 'basic', 'jwt', 'applied'];

test(
  'no byte of a Secret or of a credential leaves the agent, while what is shared does',
  async () => {
    const hub = 'hub.traefik.io/v1alpha1';
    await apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: inNamespace('client', { annotations: { copy: planted('annotation') } }),
        stringData: { clientSecret: planted('referred') },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: inNamespace('other'),
        stringData: { password: planted('other') },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: inNamespace('settings'),
        data: { password: planted('configmap') },
      },
      {
        apiVersion: hub,
        kind: 'AccessControlPolicy',
        metadata: { name: 'planted' },
        spec: {
          oidc: {
            issuer: 'https://idp.invalid',
            clientId: 'portolan',
            secret: { name: 'client', namespace: NAMESPACE },
          },
        },
      },
      {
        apiVersion: hub,
        kind: 'AccessControlPolicy',
        metadata: { name: 'planted-basic' },
        spec: { basicAuth: { users: [`ada:${planted('basic')}`] } },
      },
      {
        apiVersion: hub,
        kind: 'AccessControlPolicy',
        metadata: { name: 'planted-jwt' },
        spec: { jwt: { signingSecret: planted('jwt') } },
      },
      {
        apiVersion: hub,
        kind: 'API',
        metadata: inNamespace('visible', {
          annotations: {
            note: 'planted-visible',
            'kubectl.kubernetes.io/last-applied-configuration': planted('applied'),
          },
        }),
        spec: { pathPrefix: '/visible', service: { name: 'visible', port: { number: 80 } } },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: inNamespace('visible'),
        spec: { ports: [{ port: 80 }] },
      },
      {
        apiVersion: hub,
        kind: 'EdgeIngress',
        metadata: inNamespace('visible'),
        spec: { service: { name: 'visible', port: 80 }, acp: { name: 'planted' } },
      },
    );
    const sent = join(directory, 'sent');
    system = await npmStart(['--data-dir', join(directory, 'data'), '--kubeconfig', inject('kubeconfig')], {
      NODE_OPTIONS: `--import ${recorder}`,
      PORTOLAN_TEST_SENT_BYTES: sent,
    });
    const { client, ready } = system;
    await until('the Secret is known by name', SOON_MS, async () => {
      const query = { filter: 'kind:Secret' };
      const { items } = await client.call(listResources, { params: { workspace: ready.workspace }, query });
      return items.some(({ name }) => name === 'client') && items.every(({ name }) => name !== 'other');
    });
    const bytes = await until('what is shared has left', SOON_MS, async () => {
      const text = await readFile(sent, 'latin1');
      return text.includes('planted-visible') && text.includes('"clientSecret":"<redacted>"') ? text : null;
    });
    for (const word of SECRET_WORDS) {
      expect(bytes).not.toContain(planted(word));
      // All three positions that base64 can give a text.
      for (const shift of [0, 1, 2]) {
        const encoded = Buffer.from(' '.repeat(shift) + planted(word)).toString('base64');
        expect(bytes).not.toContain(encoded.slice(4, -4));
      }
    }
    expect(bytes).not.toContain('/secrets?limit');
  },
  RUN_MS,
);
