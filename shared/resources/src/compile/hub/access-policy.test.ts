import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Guard } from '../../model/model.ts';
import { Compiler, type CompileResult } from '../compiler.ts';
import { SERVICE, compile, context, objects } from '../test-objects.ts';

const HASH = createHash('shake256', { outputLength: 64 }).update('secret-key').digest('hex');

const policy = (spec: string): string => `
apiVersion: hub.traefik.io/v1alpha1
kind: AccessControlPolicy
metadata: {name: acp}
spec: ${spec}
---
`;
const edge = `${SERVICE}
apiVersion: hub.traefik.io/v1alpha1
kind: EdgeIngress
metadata: {name: app}
spec: {service: {name: app, port: 80}, acp: {name: acp}}
---
`;
const secret = `
apiVersion: v1
kind: Secret
metadata: {name: oidc}
stringData: {clientSecret: hush}
---
`;
const DOMAINS = { 'edge/default/app': ['app.test', 'custom.test'] };

function guardOf(result: CompileResult): Guard | undefined {
  return result.model.routes[0]?.guard;
}

describe('methods', () => {
  it.each<[string, string, object]>([
    [
      'jwt',
      '{jwt: {signingSecret: s, claims: "Equals(`a`, `b`)", forwardHeaders: {X-Sub: sub}}}',
      {
        kind: 'jwt',
        verification: { signingSecret: 's' },
        forwardHeaders: { 'X-Sub': 'sub' },
        claims: 'Equals(`a`, `b`)',
        stripAuthorizationHeader: false,
      },
    ],
    [
      'basicAuth',
      '{basicAuth: {users: ["u:h"]}}',
      { kind: 'basicAuth', users: ['u:h'], realm: 'hub', forwardUsernameHeader: null },
    ],
    [
      'apiKey',
      `{apiKey: {keySource: {header: X-Key}, keys: [{id: k, value: ${HASH.toUpperCase()}, metadata: {groups: a}}]}}`,
      {
        kind: 'apiKey',
        keySource: { header: 'X-Key' },
        keys: [{ id: 'k', value: HASH, metadata: { groups: 'a' } }],
      },
    ],
    [
      'oidc',
      '{oidc: {issuer: "https://idp.test", clientId: c, secret: {name: oidc, namespace: default}}}',
      {
        kind: 'oidc',
        issuer: 'https://idp.test',
        clientSecret: 'hush',
        redirectUrl: '/callback',
        scopes: ['openid'],
        session: { refresh: true, sameSite: 'lax' },
      },
    ],
    [
      'oidcGoogle',
      '{oidcGoogle: {clientId: c, secret: {name: oidc, namespace: default}, emails: [a@x.test, b@x.test]}}',
      {
        kind: 'oidc',
        issuer: 'https://accounts.google.com',
        claims: 'Equals("email", "a@x.test") || Equals("email", "b@x.test")',
      },
    ],
    [
      'oAuthIntro',
      '{oAuthIntro: {clientConfig: {url: "https://idp.test/introspect"}, tokenSource: {header: Authorization, headerAuthScheme: Bearer}}}',
      {
        kind: 'oAuthIntro',
        client: { timeoutMs: 5000, maxRetries: 3 },
        stripsToken: false,
        tokenSource: { header: 'Authorization' },
      },
    ],
    ['the first of several', '{basicAuth: {users: []}, jwt: {signingSecret: s}}', { kind: 'jwt' }],
  ])('%s', (_, spec, expected) => {
    const result = compile(edge + secret + policy(spec), DOMAINS);
    expect(result.problems).toEqual([]);
    expect(guardOf(result)).toMatchObject({
      kind: 'policy',
      policy: { source: { name: 'acp' }, ...expected },
    });
  });
});

describe('keys by a path on the issuer', () => {
  it('are looked for at the issuers that the claims insist on', () => {
    const claims = 'OneOf(`iss`, `https://a.test/x`, `https://b.test`) && Equals(`role`, `a`)';
    const { model, problems } = compile(
      edge + policy(`{jwt: {jwksUrl: /keys, claims: "${claims}"}}`),
      DOMAINS,
    );
    expect(problems).toEqual([]);
    expect(model.routes[0]?.guard).toMatchObject({
      kind: 'policy',
      policy: { verification: { jwksUrl: '/keys', trustedIssuers: ['https://a.test/x', 'https://b.test'] } },
    });
  });
});

describe('a policy that does not load closes its routes', () => {
  it.each<[string, string, RegExp]>([
    ['missing', '', /does not exist/],
    ['of no method', policy('{}'), /exactly one of/],
    ['jwt without key', policy('{jwt: {claims: "Equals(`a`, `b`)"}}'), /nothing to verify/],
    [
      'claims that cannot be read',
      policy('{jwt: {signingSecret: s, claims: "Equal(`a`, `b`)"}}'),
      /unknown function "Equal"/,
    ],
    [
      'oAuthIntro with claims that cannot be read',
      policy(
        '{oAuthIntro: {clientConfig: {url: "https://idp.test"}, tokenSource: {header: X}, claims: "("}}',
      ),
      /claims expression/,
    ],
    [
      'keys on any issuer',
      policy('{jwt: {jwksUrl: /keys, claims: "Equals(`role`, `a`)"}}'),
      /tokens of any issuer are accepted/,
    ],
    [
      'keys on an issuer that is no address',
      policy('{jwt: {jwksUrl: /keys, claims: "Equals(`iss`, `me`)"}}'),
      /tokens of any issuer are accepted/,
    ],
    ['jwt with a bad public key', policy('{jwt: {publicKey: rubbish}}'), /not a PEM public key/],
    [
      'apiKey with a plain key',
      policy('{apiKey: {keySource: {header: X}, keys: [{id: k, value: plain}]}}'),
      /is not a hash/,
    ],
    [
      'oidc without its Secret',
      policy('{oidc: {issuer: "https://idp.test", clientId: c, secret: {name: nope}}}'),
      /"nope" does not exist/,
    ],
    [
      'google without addresses',
      `${secret}${policy('{oidcGoogle: {clientId: c, secret: {name: oidc}}}')}`,
      /emails/,
    ],
  ])('%s', (_, yaml, reason) => {
    const result = compile(edge + yaml, DOMAINS);
    const guard = guardOf(result);
    expect(guard).toMatchObject({ kind: 'closed', status: 404 });
    expect(guard?.kind === 'closed' ? guard.reason : '').toMatch(reason);
    expect(result.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', kind: 'EdgeIngress', field: 'spec.acp.name' }),
    );
  });

  it('opens them when it comes, and closes them again when its Secret goes', () => {
    const compiler = new Compiler({ generation: 'v2' });
    const oidc = policy(
      '{oidc: {issuer: "https://idp.test", clientId: c, secret: {name: oidc, namespace: default}}}',
    );
    expect(guardOf(compiler.update({ upserts: objects(edge), context: context(DOMAINS) }))?.kind).toBe(
      'closed',
    );
    expect(guardOf(compiler.update({ upserts: objects(oidc) }))?.kind).toBe('closed');
    const opened = compiler.update({ upserts: objects(secret) });
    expect(guardOf(opened)?.kind).toBe('policy');
    expect(opened.changedRouteIds).toEqual(['edge-ingress/default/app']);
    expect(guardOf(compiler.update({ deletes: ['Secret./default/oidc'] }))?.kind).toBe('closed');
  });
});

describe('EdgeIngress', () => {
  it('answers on its generated and verified domains, and not before it has one', () => {
    const open = edge.replace(', acp: {name: acp}', '');
    expect(compile(open, DOMAINS).model.routes).toMatchObject([
      {
        hosts: ['app.test', 'custom.test'],
        guard: { kind: 'open' },
        target: { service: { service: 'default/app', port: 80 } },
      },
    ]);
    const early = compile(open);
    expect(early.model.routes).toEqual([]);
    expect(early.problems).toMatchObject([{ code: 'no-domain', severity: 'warning' }]);
  });
});
