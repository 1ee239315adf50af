import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Middleware } from '../../../model/middleware.ts';
import { Compiler, type CompileResult } from '../../compiler.ts';
import { SERVICE, compile, compileV3, context, objects } from '../../test-objects.ts';

const SHA = `{SHA}${createHash('sha1').update('foo').digest('base64')}`;
const PEM = '-----BEGIN CERTIFICATE-----x';

const secret = `
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {hash: "${SHA}", id: my-client, secret: hush, ca: ${PEM}}
---
`;
const middleware = (plugin: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: m}
spec: {plugin: ${plugin}}
---
`;
const route = `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: r}
spec: {routes: [{match: "PathPrefix(\`/\`)", services: [{name: app, port: 80}], middlewares: [{name: m}]}]}
---
`;
const compiled = (plugin: string): CompileResult => compile(SERVICE + secret + middleware(plugin) + route);
const only = ({ model }: CompileResult): Middleware | undefined => model.routes[0]?.middlewares[0];

/** clientConfig without options. */
const CLIENT = { ca: null, certificate: null, insecureSkipVerify: false, timeoutMs: 5000, maxRetries: 3 };

describe('policies', () => {
  it.each<[string, object]>([
    [
      `{apiKey: {keySource: {header: Authorization, headerAuthScheme: Bearer}, secretValues: ["${SHA}"]}}`,
      {
        kind: 'hashedKeys',
        keySource: { header: 'Authorization', headerAuthScheme: 'Bearer' },
        hashes: [SHA],
        isBase64: true,
      },
    ],
    [
      '{apiKey: {keySource: {query: key}, secretNonBase64Encoded: true, secretValues: ["urn:k8s:secret:s:hash"]}}',
      { kind: 'hashedKeys', keySource: { query: 'key' }, hashes: [SHA], isBase64: false },
    ],
    [
      '{jwt: {signingSecret: "urn:k8s:secret:s:secret", claims: "Equals(`grp`, `admin`)", forwardHeaders: {Group: grp}}}',
      {
        kind: 'jwt',
        verification: { signingSecret: 'hush', tokenQueryKey: null, client: CLIENT },
        stripAuthorizationHeader: true,
        claims: 'Equals(`grp`, `admin`)',
        forwardHeaders: { Group: 'grp' },
      },
    ],
    [
      '{jwt: {jwksUrl: "https://idp.test/keys", tokenKey: token, forwardAuthorization: true, clientConfig: {timeoutSeconds: 2, maxRetries: 0, tls: {ca: "urn:k8s:secret:s:ca", insecureSkipVerify: true}}}}',
      {
        kind: 'jwt',
        verification: {
          jwksUrl: 'https://idp.test/keys',
          tokenQueryKey: 'token',
          readsForm: true,
          client: { ca: PEM, insecureSkipVerify: true, timeoutMs: 2000, maxRetries: 0 },
        },
        stripAuthorizationHeader: false,
      },
    ],
    [
      '{jwt: {trustedIssuers: [{issuer: "https://a.test", jwksUrl: "https://a.test/k"}, {jwksUrl: "https://b.test/k"}]}}',
      {
        verification: {
          keySets: [{ issuer: 'https://a.test', url: 'https://a.test/k' }, { url: 'https://b.test/k' }],
        },
      },
    ],
    [
      '{oAuthIntrospection: {clientConfig: {url: "https://idp.test/i", headers: {Authorization: Basic x}, tokenTypeHint: access_token}, tokenSource: {header: Authorization, headerAuthScheme: Bearer}}}',
      {
        kind: 'oAuthIntro',
        url: 'https://idp.test/i',
        headers: { Authorization: 'Basic x' },
        tokenTypeHint: 'access_token',
        client: CLIENT,
        stripsToken: true,
      },
    ],
    [
      '{oAuthIntrospection: {tokenTypeHint: refresh_token, forwardAuthorization: true, clientConfig: {url: "https://idp.test/i"}, tokenSource: {cookie: t}}}',
      { tokenTypeHint: 'refresh_token', stripsToken: false, tokenSource: { cookie: 't' } },
    ],
    [
      '{oAuthClientCredentials: {url: "https://idp.test/t", clientID: "urn:k8s:secret:s:id", clientSecret: "urn:k8s:secret:s:secret", audience: "https://api.test", scopes: [read]}}',
      {
        kind: 'clientCredentials',
        credentials: { id: 'my-client', secret: 'hush' },
        audience: 'https://api.test',
        scopes: ['read'],
        claims: null,
      },
    ],
    ['{oAuthClientCredentials: {url: "https://idp.test/t"}}', { credentials: null, audience: null }],
    [
      '{ldap: {url: "ldap://dir.test:389", baseDN: "dc=x"}}',
      {
        kind: 'ldap',
        directory: {
          url: 'ldap://dir.test:389',
          baseDn: 'dc=x',
          attribute: 'cn',
          bind: null,
          searchFilter: null,
          startTls: false,
        },
        forwardUsernameHeader: null,
        stripAuthorizationHeader: true,
        challengeRealm: null,
      },
    ],
    [
      '{ldap: {url: "ldaps://dir.test", baseDN: "dc=x", bindDN: "cn=b", bindPassword: "urn:k8s:secret:s:secret", searchFilter: "(uid=%s)", forwardUsername: true, forwardAuthorization: true, wwwAuthenticateHeader: true, wwwAuthenticateHeaderRealm: us, startTLS: true, insecureSkipVerify: true, certificateAuthority: "urn:k8s:secret:s:ca", attribute: uid}}',
      {
        directory: {
          bind: { dn: 'cn=b', password: 'hush' },
          searchFilter: '(uid=%s)',
          certificateAuthority: PEM,
          attribute: 'uid',
          startTls: true,
          insecureSkipVerify: true,
        },
        forwardUsernameHeader: 'Username',
        stripAuthorizationHeader: false,
        challengeRealm: 'us',
      },
    ],
    [
      '{hmac: {keys: [{id: a, key: "urn:k8s:secret:s:secret"}]}}',
      {
        kind: 'hmac',
        keys: [{ id: 'a', key: 'hush' }],
        validatesDigest: true,
        enforcedHeaders: ['(request-target)', '(created)', '(expires)'],
      },
    ],
    [
      '{hmac: {keys: [{id: a, key: k}], validateDigest: false, enforcedHeaders: [Host, Digest]}}',
      { validatesDigest: false, enforcedHeaders: ['host', 'digest'] },
    ],
    [
      '{oidc: {issuer: "https://idp.test", clientID: "urn:k8s:secret:s:id", clientSecret: "urn:k8s:secret:s:secret"}}',
      {
        kind: 'oidc',
        clientId: 'my-client',
        clientSecret: 'hush',
        redirectUrl: '/callback',
        scopes: ['openid'],
        session: { maxAgeSeconds: 86_400, refresh: true, sameSite: 'lax', secure: false, path: '/' },
        stateCookie: { maxAgeSeconds: 600, sameSite: 'lax' },
        more: {
          client: CLIENT,
          disableLogin: false,
          loginUrl: null,
          sliding: true,
          sessionSecret: null,
          csrf: null,
        },
      },
    ],
    [
      '{oidc: {issuer: "https://idp.test", clientID: c, clientSecret: s, redirectUrl: app.test/cb, loginUrl: /login, logoutUrl: /logout, postLoginRedirectUrl: /in, postLogoutRedirectUrl: "https://x.test/", disableLogin: true, pkce: true, discoveryParams: {p: q}, authParams: {prompt: ""}, scopes: [openid, email], session: {name: sid, expiry: 10, sliding: false, refresh: false, sameSite: none, httpOnly: false, secure: true, domain: d, path: /p, secret: "urn:k8s:secret:s:secret"}, stateCookie: {name: st, maxAge: 5, sameSite: strict}, csrf: {}}}',
      {
        redirectUrl: 'app.test/cb',
        logoutUrl: '/logout',
        authParams: { prompt: '' },
        session: {
          name: 'sid',
          maxAgeSeconds: 10,
          refresh: false,
          sameSite: 'none',
          isReadable: true,
          secure: true,
          domain: 'd',
          path: '/p',
        },
        stateCookie: { name: 'st', maxAgeSeconds: 5, sameSite: 'strict' },
        more: {
          loginUrl: '/login',
          postLoginRedirectUrl: '/in',
          postLogoutRedirectUrl: 'https://x.test/',
          disableLogin: true,
          discoveryParams: { p: 'q' },
          sliding: false,
          sessionSecret: 'hush',
          csrf: { secure: false, headerName: 'TraefikHub-Csrf-Token' },
        },
      },
    ],
  ])('%s', (plugin, policy) => {
    const result = compiled(plugin);
    expect(result.problems).toEqual([]);
    expect(only(result)).toMatchObject({ kind: 'policy', source: { name: 'm' }, policy });
  });
});

describe('traffic', () => {
  it.each<[string, object]>([
    ['{httpCache: }', { kind: 'httpCache', ttlMsMax: 300_000, bytesMax: 64 * 2 ** 20, showsStatus: true }],
    [
      '{httpCache: {maxTtl: 600, disableCacheStatusHeader: true, store: {memory: {limit: "3Gi"}}}}',
      { ttlMsMax: 600_000, bytesMax: 3 * 2 ** 30, showsStatus: false },
    ],
    [
      '{distributedRateLimit: {limit: 100, burst: 200, store: {redis: {endpoints: ["redis.a.svc:6379"]}}}}',
      {
        kind: 'distributedRateLimit',
        limit: 100,
        burst: 200,
        periodMs: 1000,
        denyOnError: true,
        responseHeaders: false,
        key: { kind: 'ip', ip: { depth: 0 } },
        store: {
          endpoints: ['redis.a.svc:6379'],
          password: null,
          database: 0,
          isCluster: false,
          tls: null,
          sentinel: null,
        },
      },
    ],
    [
      '{distributedRateLimit: {limit: 6, period: 1m, denyOnError: false, responseHeaders: true, sourceCriterion: {requestHeaderName: X-User}, store: {redis: {endpoints: ["s:26379"], username: u, password: "urn:k8s:secret:s:secret", database: "2", cluster: {}, timeout: 500ms, tls: {caBundle: "urn:k8s:secret:s:ca"}, sentinel: {masterSet: main, password: p}}}}}',
      {
        periodMs: 60_000,
        burst: 1,
        denyOnError: false,
        responseHeaders: true,
        key: { kind: 'header', name: 'x-user' },
        store: {
          username: 'u',
          password: 'hush',
          database: 2,
          isCluster: true,
          timeoutMs: 500,
          tls: { ca: PEM, insecureSkipVerify: false },
          sentinel: { masterSet: 'main', username: null, password: 'p' },
        },
      },
    ],
  ])('%s', (plugin, expected) => {
    const result = compiled(plugin);
    expect(result.problems).toEqual([]);
    expect(only(result)).toMatchObject(expected);
  });
});

describe('names', () => {
  it('of plugins and options are compared without case, and scalars taken weakly, as Traefik does', () => {
    const result = compiled(
      '{LDAP: {URL: "ldap://d.test", basedn: "dc=x", startTls: "true", ForwardUsername: "false"}}',
    );
    expect(result.problems).toEqual([]);
    expect(only(result)).toMatchObject({
      policy: { kind: 'ldap', directory: { startTls: true, baseDn: 'dc=x' } },
    });
  });

  it('of options that are not known are warned about, at their place', () => {
    const result = compiled('{httpCache: {maxTtl: 5, store: {memory: {limt: 1Mi}}}}');
    expect(result.problems).toMatchObject([
      {
        severity: 'warning',
        field: 'spec.plugin.httpCache.store.memory.limt',
        message: 'has no effect here',
      },
    ]);
    expect(result.model.routes[0]?.guard.kind).toBe('open');
  });
});

const OIDC = 'issuer: "https://idp.test", clientID: c, clientSecret: s';

describe('refused, so that the route is closed', () => {
  it.each<[string, RegExp]>([
    ['{opa: {}}', /plugin "opa" is not served/],
    ['{vault: {}}', /plugin "vault" is not served/],
    ['{apiKey: {secretValues: ["urn:k8s:secret:s:hash"]}}', /keySource does not say/],
    ['{apiKey: {keySource: {header: X}}}', /secretValues is empty/],
    [
      '{apiKey: {keySource: {header: X}, secretValues: [plain-text-key]}}',
      /secretValues\[0\] is not a bcrypt/,
    ],
    [
      '{apiKey: {keySource: {header: X}, secretValues: ["urn:k8s:secret:nope:hash"]}}',
      /Secret "nope" does not exist/,
    ],
    ['{apiKey: {keySource: {header: X}, secretValues: ["urn:k8s:secret:s:none"]}}', /has no key none/],
    [
      '{apiKey: {keySource: {header: X}, secretValues: ["urn:k8s:s:s:hash"]}}',
      /does not name a value of a Secret/,
    ],
    ['{jwt: {}}', /nothing to verify/],
    ['{jwt: {signingSecret: s, claims: "("}}', /claims expression/],
    ['{jwt: {publicKey: rubbish}}', /not a PEM public key/],
    ['{jwt: {jwksUrl: /keys}}', /tokens of any issuer are accepted/],
    ['{jwt: {signingSecret: s, clientConfig: {tls: {cert: c}}}}', /only one of cert and key/],
    ['{oAuthIntrospection: {clientConfig: {url: idp}, tokenSource: {header: X}}}', /not an absolute URL/],
    [
      '{oAuthIntrospection: {clientConfig: {url: "https://i.test"}, tokenSource: {}}}',
      /tokenSource does not say/,
    ],
    [
      '{oAuthClientCredentials: {url: "https://i.test", clientID: c}}',
      /only one of clientID and clientSecret/,
    ],
    ['{ldap: {url: "http://d.test", baseDN: "dc=x"}}', /not a URL of a directory/],
    ['{ldap: {url: "ldap://d.test", baseDN: "dc=x", searchFilter: "(uid=a)"}}', /does not contain %s/],
    ['{hmac: {keys: []}}', /must list keys/],
    ['{hmac: {keys: [{id: a, key: k}, {id: a, key: l}]}}', /two keys of one id/],
    [`{oidc: {${OIDC}, backchannelLogoutUrl: /b}}`, /backchannelLogoutUrl needs session.store/],
    [`{oidc: {${OIDC}, backchannelLogoutSessionsRequired: true}}`, /has no effect without/],
    [`{oidc: {${OIDC}, session: {store: {redis: {endpoints: [a]}}}}}`, /not HOST:PORT/],
    [`{oidc: {${OIDC}, session: {store: {}}}}`, /session.store.redis names no endpoint/],
    [`{oidc: {${OIDC}, session: {expiry: 0}}}`, /expiry must be positive/],
    [`{oidc: {${OIDC}, session: {name: "a b"}}}`, /not a name of a cookie/],
    [`{oidc: {${OIDC}, session: {path: "/; Domain=evil"}}}`, /characters that a cookie cannot have/],
    [`{oidc: {${OIDC}, loginUrl: "//evil.test"}}`, /loginUrl is not a path/],
    [`{oidc: {${OIDC}, stateCookie: {maxAge: 0}}}`, /maxAge must be positive/],
    ['{httpCache: {maxTtl: 0}}', /maxTtl must be positive/],
    ['{httpCache: {store: {memory: {limit: much}}}}', /not an amount of memory/],
    ['{httpCache: {store: {redis: {endpoints: [a]}}}}', /store.redis is not supported/],
    ['{distributedRateLimit: {limit: 1}}', /names no endpoint/],
    ['{distributedRateLimit: {limit: 1, store: {redis: {endpoints: [redis]}}}}', /not HOST:PORT/],
  ])('%s', (plugin, reason) => {
    const { model, problems } = compiled(plugin);
    const guard = model.routes[0]?.guard;
    expect(guard).toMatchObject({ kind: 'closed', status: 404 });
    expect(guard?.kind === 'closed' ? guard.reason : '').toMatch(reason);
    expect(guard?.kind === 'closed' ? guard.reason : '').toContain('Middleware "m"');
    expect(JSON.stringify(problems)).not.toContain('plain-text-key');
  });
});

describe('broken by itself, so quarantined', () => {
  it.each<[string, string, RegExp]>([
    ['{}', 'spec.plugin', /names no plugin/],
    ['{jwt: {signingSecret: s}, httpCache: {}}', 'spec.plugin', /several plugins/],
    ['{ldap: {url: "ldap://x"}}', 'spec.plugin.ldap.baseDN', /Required value/],
    ['{jwt: {signingSecret: [a]}}', 'spec.plugin.jwt.signingSecret', /expected string/],
    [`{oidc: {${OIDC}, session: {expiry: soon}}}`, 'spec.plugin.oidc.session.expiry', /expected number/],
    ['{hmac: {keys: [{id: a}]}}', 'spec.plugin.hmac.keys[0].key', /Required value/],
    [
      '{distributedRateLimit: {period: soon}}',
      'spec.plugin.distributedRateLimit.period',
      /not a valid duration/,
    ],
    [
      '{distributedRateLimit: {sourceCriterion: {ipStrategy: {excludedIPs: [x]}}}}',
      'spec.plugin.distributedRateLimit.sourceCriterion.ipStrategy.excludedIPs[0]',
      /not an IP address/,
    ],
  ])('%s', (plugin, field, message) => {
    const { problems, model } = compiled(plugin);
    expect(problems).toContainEqual(
      expect.objectContaining({
        kind: 'Middleware',
        field,
        message: expect.stringMatching(message) as string,
      }),
    );
    expect(model.routes[0]?.guard.kind).toBe('closed');
  });
});

describe('the examples of docs/hub-middlewares.md', () => {
  const page = readFileSync(new URL('../../../../../../docs/hub-middlewares.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^## (\w+)\n[^#]*?```yaml\n([\s\S]*?)```/gm)];

  it.each(examples.map(([, name = '', yaml = '']) => [name, yaml] as const))('%s', (name, yaml) => {
    const { problems, model } = compile(
      `${SERVICE}${yaml}---\n${route.replace('{name: m}', `{name: ${/name: (.+)/.exec(yaml)?.[1] ?? ''}}`)}`,
    );
    expect(problems).toEqual([]);
    expect(model.routes[0]?.guard.kind).toBe('open');
    expect(yaml).toContain(`${name}:`);
  });

  it('are as many as there are plugins', () => {
    expect(examples).toHaveLength(9);
  });
});

describe('references to Secrets', () => {
  it('are followed by the sources, and open the route when the Secret comes', () => {
    const compiler = new Compiler({ generation: 'v3' });
    const plugin = middleware('{jwt: {signingSecret: "urn:k8s:secret:s:secret"}}');
    const before = compiler.update({ upserts: objects(SERVICE + plugin + route, 'v3'), context: context() });
    expect(before.model.routes[0]?.guard.kind).toBe('closed');
    expect([...compiler.referredTo('Secret.')]).toContain('Secret./default/s');
    const after = compiler.update({ upserts: objects(secret, 'v3') });
    expect(after.model.routes[0]?.guard.kind).toBe('open');
    expect(only(after)).toMatchObject({ policy: { verification: { signingSecret: 'hush' } } });
  });
});

describe('on every kind of route', () => {
  const plugin = middleware('{jwt: {signingSecret: s}}');

  it.each([
    [
      'an Ingress, by its annotation',
      `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, annotations: {traefik.ingress.kubernetes.io/router.middlewares: default-m@kubernetescrd}}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
`,
    ],
    [
      'an HTTPRoute, by an ExtensionRef',
      `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: traefik}
spec: {controllerName: traefik.io/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g}
spec: {gatewayClassName: traefik, listeners: [{name: web, protocol: HTTP, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: h}
spec:
  parentRefs: [{name: g}]
  rules: [{filters: [{type: ExtensionRef, extensionRef: {group: traefik.io, kind: Middleware, name: m}}], backendRefs: [{name: app, port: 80}]}]
`,
    ],
    ['an IngressRoute', route],
  ])('%s', (_, manifest) => {
    const { model } = compileV3(`${SERVICE}${plugin}${manifest}`);
    expect(model.routes.map(({ middlewares }) => middlewares.map(({ kind }) => kind))).toEqual([['policy']]);
  });
});
