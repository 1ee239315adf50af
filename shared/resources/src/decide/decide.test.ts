import { describe, expect, it } from 'vitest';
import { SERVICE, compile, request } from '../compile/test-objects.ts';
import type { Identity } from '../model/request.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { formatDecision } from './format.ts';
import { Router } from './router.ts';

const system = `${SERVICE}
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: flights, labels: {area: air}}
spec:
  pathPrefix: /flights
  service:
    name: app
    port: {number: 80}
    openApiSpec: {path: /openapi.json, operationSets: [{name: read, matchers: [{pathPrefix: /list, methods: [GET]}, {path: /status}, {pathRegex: "^/[0-9]+$", methods: [GET, HEAD]}]}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: weather}
spec: {pathPrefix: /weather, currentVersion: v1}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIVersion
metadata: {name: v1}
spec: {apiName: weather, release: v1.2.0, routes: [{pathPrefix: /v1}], service: {name: app, port: {number: 80}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APICollection
metadata: {name: travel}
spec: {pathPrefix: /travel, apiSelector: {matchLabels: {area: air}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: crew}
spec: {groups: [crew], apis: [{name: flights}, {name: weather}], apiCollections: [{name: travel}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: readers}
spec: {groups: [readers], apis: [{name: flights}], operationFilter: {include: [read]}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: nothing}
spec: {groups: [locked], apis: [{name: flights}], operationFilter: {include: []}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: gw}
spec: {apiAccesses: [crew, readers, nothing, paused]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIRateLimit
metadata: {name: slow}
spec: {limit: 10, period: 1m, groups: [crew], apis: [{name: flights}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIRateLimit
metadata: {name: paused}
spec: {limit: 0, period: 1m, groups: [paused], apis: [{name: weather}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: paused}
spec: {groups: [paused], apis: [{name: weather}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: EdgeIngress
metadata: {name: closed}
spec: {service: {name: app, port: 80}, acp: {name: missing}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: AccessControlPolicy
metadata: {name: staff}
spec: {basicAuth: {users: []}}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: staff, annotations: {hub.traefik.io/access-control-policy: staff}}
spec: {entryPoints: [websecure], routes: [{match: "Host(\`staff.test\`) && Method(\`GET\`)", services: [{name: app, port: 80}]}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: nowhere}
spec: {routes: [{match: "Host(\`nowhere.test\`)", services: [{name: gone, kind: TraefikService}]}]}
`;
const router = new Router(
  compile(system, { 'gateway/gw': ['gw.test'], 'edge/default/closed': ['closed.test'] }).model,
);

const user = (...groups: string[]): Identity => ({
  kind: 'user',
  userId: 'u1',
  email: 'ada@example.test',
  groups,
});

function explain(
  url: string,
  identity: Identity | null,
  more: { method?: string; scheme?: 'http' | 'https' } = {},
): Decision {
  return decide(router, request({ url, ...more }), identity, { explain: true });
}

describe('verdicts', () => {
  it.each<[string, Identity | null, string, number]>([
    ['gw.test/flights/list', user('crew'), 'GET', 200],
    ['gw.test/travel/flights/anything', user('crew'), 'DELETE', 200],
    ['gw.test/flights/list/today', user('readers'), 'GET', 200],
    ['gw.test/flights/status', user('readers'), 'POST', 200],
    ['gw.test/flights/42', user('readers'), 'HEAD', 200],
    ['gw.test/flights/42', user('readers'), 'DELETE', 403],
    ['gw.test/flights/list/../admin', user('readers'), 'GET', 403],
    ['gw.test/flights/l%69st', user('readers'), 'GET', 200],
    ['gw.test/flights/list', user('locked'), 'GET', 403],
    ['gw.test/flights/list', user('locked', 'readers'), 'GET', 200],
    ['gw.test/flights/list', user('others'), 'GET', 403],
    ['gw.test/flights/list', user(), 'GET', 403],
    ['gw.test/flights/list', null, 'GET', 401],
    ['gw.test/travel/flights', user('readers'), 'GET', 403],
    ['gw.test/flightsx', user('crew'), 'GET', 404],
    ['gw.test/weather', user('crew'), 'GET', 404],
    ['gw.test/weather/v1/today', user('crew'), 'GET', 200],
    ['other.test/', null, 'GET', 404],
    ['closed.test/', null, 'GET', 404],
    ['nowhere.test/', null, 'GET', 503],
    ['gw.test/%zz', user('crew'), 'GET', 400],
  ])('%s by %j with %s is %i', (url, identity, method, status) => {
    const sent = request({ url, method });
    expect(decide(router, sent, identity).status).toBe(status);
  });

  it('say what was decided', () => {
    const decision = decide(router, request({ url: 'gw.test/travel/flights/list' }), user('crew'));
    expect(decision).toMatchObject({
      status: 200,
      verdict: 'allow',
      route: { kind: 'api', owner: { name: 'flights' } },
      api: { name: 'flights' },
      version: null,
      operation: { method: 'GET', path: '/list' },
      grant: { name: 'crew' },
      limit: { source: { name: 'slow' }, limit: 10, periodMs: 60_000 },
      target: ['default/app:80'],
      reasons: [],
    });
  });

  it('of a policy are left to the credential', () => {
    const sent = request({ url: 'staff.test/', scheme: 'https' });
    expect(decide(router, sent, null).status).toBe(401);
    expect(decide(router, sent, user()).status).toBe(200);
    expect(decide(router, { ...sent, scheme: 'http' }, user()).status).toBe(404);
  });
});

describe('explanations', () => {
  const last = (decision: Decision) => decision.reasons.at(-1);

  it.each<[string, Identity | null, string, RegExp, RegExp]>([
    ['gw.tset/flights', user('crew'), 'host', /no route has host "gw.tset"/, /did you mean "gw.test"/],
    ['gw.test/fligths', user('crew'), 'api', /no API on this host/, /did you mean "\/flights"/],
    ['gw.test/weather', user('crew'), 'version', /no version of API "weather".*"v1"/, /\/weather\/v1/],
    [
      'gw.test/flights',
      null,
      'groups',
      /the caller is not authenticated/,
      /"Authorization: Bearer …" or in the query as "api_key=…"/,
    ],
    [
      'gw.test/flights',
      user('hr'),
      'groups',
      /is in "hr"; it is granted to "crew", "locked" and "readers"/,
      /add ada@example.test to "crew", "locked" or "readers"/,
    ],
    [
      'gw.test/flights/42?x',
      user('locked'),
      'access',
      /grants no operation/,
      /operationFilter.include of APIAccess "nothing"/,
    ],
    [
      'gw.test/flights/secret',
      user('readers'),
      'access',
      /only the operation sets "read".*GET \/secret/,
      /APIAccess "readers"/,
    ],
    [
      'closed.test/',
      user('crew'),
      'policy',
      /"missing" does not exist/,
      /create AccessControlPolicy "missing"/,
    ],
    [
      'gw.test/weather/v1/today',
      user('paused'),
      'limit',
      /^0 requests per 1m \(local\), set by APIRateLimit "paused" for groups "paused"$/,
      /raise spec.limit of APIRateLimit "paused"/,
    ],
    ['staff.test/', user('crew'), 'route', /is served over https only/, /over https/],
    ['nowhere.test/', null, 'upstream', /TraefikService "gone" does not exist/, /Service/],
    ['gw.test/%zz', null, 'request', /malformed percent escape/, /RFC 3986/],
  ])('of %s by %j stop at %s', (url, identity, ...[step, text, fix]) => {
    const decision = explain(url, identity);
    expect(decision.verdict).toBe('refuse');
    expect(last(decision)).toMatchObject({ step, ok: false });
    expect(last(decision)?.text).toMatch(text);
    expect(last(decision)?.fix).toMatch(fix);
    expect(last(decision)?.who).not.toBe('');
    expect(decision.reasons.slice(0, -1).every((reason) => reason.ok)).toBe(true);
  });

  it('name the method when the path is known', () => {
    const decision = explain('staff.test/', user(), { method: 'POST', scheme: 'https' });
    expect(last(decision)).toMatchObject({
      step: 'route',
      ok: false,
      fix: 'send what one of these rules requires: Method(`GET`)',
    });
  });

  it('read as plain lines', () => {
    expect(formatDecision(explain('gw.test/weather/v1/today', user('crew')))).toMatchInlineSnapshot(`
      [
        "✓ host       "gw.test" is served",
        "✓ gateway    APIGateway "gw" serves this host",
        "✓ api        "/weather" is API "weather" in namespace "default"",
        "✓ version    APIVersion "v1" in namespace "default" matches, release v1.2.0",
        "✓ operation  GET /v1/today",
        "✓ groups     ada@example.test is in "crew"",
        "✓ access     APIAccess "crew" grants it to "crew"",
        "✓ limit      no limit applies",
        "✓ upstream   goes to default/app:80",
        "allowed: forwarded to the upstream",
      ]
    `);
    expect(formatDecision(explain('gw.test/travel/flights', user('readers')))).toMatchInlineSnapshot(`
      [
        "✓ host        "gw.test" is served",
        "✓ gateway     APIGateway "gw" serves this host",
        "✓ collection  reached through APICollection "travel"",
        "✓ api         "/travel/flights" is API "flights" in namespace "default"",
        "✓ operation   GET /",
        "✗ groups      ada@example.test is in "readers"; it is granted to "crew"",
        "              fix: add ada@example.test to "crew", or add a group of theirs to APIAccess "crew"",
        "              who can: a workspace administrator (users and groups), or anyone who may change resources (role editor or higher, or kubectl)",
        "refused: 403 Forbidden",
      ]
    `);
  });
});
