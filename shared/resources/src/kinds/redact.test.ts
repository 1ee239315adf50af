import { expect, test } from 'vitest';
import type { KubernetesObject } from './object.ts';
import { redact } from './redact.ts';

const PLANTED = 'planted-secret-value';
const hub = (kind: string, spec: object): KubernetesObject => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind,
  metadata: { name: 'x' },
  spec,
});

test.each<[string, KubernetesObject]>([
  [
    'a Secret',
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x' },
      data: { tls: PLANTED },
      stringData: { password: PLANTED },
    },
  ],
  [
    'a ConfigMap',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { 'app.ini': PLANTED } },
  ],
  ['a JWT policy', hub('AccessControlPolicy', { jwt: { signingSecret: PLANTED } })],
  ['a basic auth policy', hub('AccessControlPolicy', { basicAuth: { users: [`ann:${PLANTED}`] } })],
  ['an API key policy', hub('AccessControlPolicy', { apiKey: { keys: [{ id: 'a', value: PLANTED }] } })],
  [
    'an introspection policy',
    hub('AccessControlPolicy', { oAuthIntro: { clientConfig: { headers: { Authorization: PLANTED } } } }),
  ],
  [
    'a Middleware',
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'x' },
      spec: { headers: { customRequestHeaders: { 'X-Api-Key': PLANTED, 'Client-Secret': PLANTED } } },
    },
  ],
  ...[
    { apiKey: { secretValues: [PLANTED] } },
    { oidc: { clientSecret: PLANTED, session: { secret: PLANTED } } },
    { ldap: { bindPassword: PLANTED } },
    { hmac: { keys: [{ id: 'a', key: PLANTED }] } },
    { jwt: { clientConfig: { tls: { key: PLANTED } } } },
    { distributedRateLimit: { store: { redis: { password: PLANTED } } } },
  ].map((plugin): [string, KubernetesObject] => [
    `a Middleware with the plugin ${Object.keys(plugin).join('')}`,
    { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name: 'x' }, spec: { plugin } },
  ]),
  [
    'a Deployment',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: { template: { spec: { containers: [{ env: [{ name: 'PASSWORD', value: PLANTED }] }] } } },
    },
  ],
  [
    'an unknown kind',
    { apiVersion: 'example.com/v1', kind: 'Vault', metadata: { name: 'x' }, spec: { anything: PLANTED } },
  ],
  [
    'the annotation of kubectl apply',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': PLANTED } },
    },
  ],
])('leaves the secrets of %s behind', (_, object) => {
  const redacted = redact(object);
  expect(JSON.stringify(redacted)).not.toContain(PLANTED);
  expect(redacted).toMatchObject({
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name: 'x' },
  });
});

test('leaves everything else as it is', () => {
  const policy = hub('AccessControlPolicy', {
    jwt: { jwksUrl: 'https://id.example/keys', claims: 'Equals(`role`, `admin`)' },
  });
  expect(redact(policy)).toEqual(policy);
  const reference = hub('AccessControlPolicy', {
    oidc: { issuer: 'https://id.example', secret: { name: 'client', namespace: 'x' } },
  });
  expect(redact(reference)).toEqual(reference);
});
