import { beforeAll, describe, expect, test } from 'vitest';
import { installableCrds } from '@portolan/resources/crds/installable';
import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import { Compiler } from '@portolan/resources/compile/compiler';
import { agentCommand, apply, installCrds, kubectl } from './cluster.ts';

const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };
const policy = (spec: unknown): KubernetesObject => ({
  ...hub,
  kind: 'AccessControlPolicy',
  metadata: { name: 'crew' },
  spec,
});
const api = {
  ...hub,
  kind: 'API',
  metadata: { name: 'flights', namespace: 'default' },
  spec: { pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } },
};

describe('CRDs', () => {
  beforeAll(installCrds);

  test('of both generations are accepted as they are printed, and each is below 200 kB', async () => {
    for (const generation of ['v2', 'v3'] as const) {
      const printed = await agentCommand('crds', '--generation', generation);
      const applied = ['create', '--dry-run=server', '--validate=strict', '-f', '-', '-o', 'name'];
      const renamed = printed.replaceAll('hub.traefik.io', 'dry.traefik.io');
      const names = (await kubectl(applied, renamed)).trim().split('\n');
      expect(names).toHaveLength(installableCrds(generation).length);
      for (const crd of printed.split('---\n')) expect(Buffer.byteLength(crd)).toBeLessThan(200_000);
    }
  });

  test('show the state, the reason, the address and the age in columns', async () => {
    await apply(api);
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'Served',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const status = { urls: 'https://shop.example.com/flights', conditions: [condition] };
    await kubectl([
      'patch',
      'api',
      'flights',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status }),
    ]);
    const [head = '', row = ''] = (await kubectl(['get', 'apis'])).split('\n');
    expect(head.split(/\s{2,}/).slice(-4)).toEqual(['READY', 'REASON', 'URL', 'AGE']);
    expect(row.split(/\s{2,}/).slice(-4, -1)).toEqual(['True', 'Served', 'https://shop.example.com/flights']);
  });

  const jwt = { jwt: { forwardHeaders: {} } };
  const secret = { name: 's' };
  test.each([
    [{}, 'exactly one of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro must be set'],
    [jwt, 'jwt names nothing to verify tokens with'],
    [{ apiKey: { keySource: {} } }, 'apiKey.keySource does not say where requests carry the key'],
    [{ oidc: { clientId: 'c', secret } }, 'oidc.issuer is not set'],
    [{ oidc: { issuer: 'https://idp', secret } }, 'clientId is not set'],
    [{ oidc: { issuer: 'https://idp', clientId: 'c' } }, 'secret is not set'],
    [{ oidcGoogle: { clientId: 'c', secret } }, 'oidcGoogle.emails is empty'],
  ])('refuse the policy %j in the words of compiling', async (spec, words) => {
    const object = policy(spec);
    await expect(apply(object)).rejects.toThrow(words);
    const compiler = new Compiler({ generation: 'v2' });
    const { problemsByKey } = compiler.update({ upserts: [{ object, origin: { kind: 'cluster' } }] });
    expect(problemsByKey.get(objectKey(object))?.[0]?.message).toContain(words);
  });

  test('accept policies that can be served', async () => {
    await apply(policy({ jwt: { jwksUrl: 'https://idp.example.com/keys' } }));
    await apply(policy({ apiKey: { keySource: { header: 'X-Key' } } }));
  });
});
