import { describe, expect, it } from 'vitest';
import { api, application, object, startV3 } from './testing/v3-cluster.ts';

const GATEWAY = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: portolan}
spec: {controllerName: portolan.dev/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: city}
spec:
  gatewayClassName: portolan
  listeners:
    - {name: web, port: 80, protocol: HTTP, hostname: "*.city.test"}
    - {name: any, port: 81, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
    - {name: raw, port: 82, protocol: TCP}
`;

const httpRoute = (name: string, spec: string, metadata = ''): string => `
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: city${metadata === '' ? '' : `, ${metadata}`}}
spec: ${spec}
`;

const PARENT = 'parentRefs: [{name: edge, sectionName: web}]';
const BACKEND = 'backendRefs: [{name: app, port: 80}]';
/** Marks requests of a rule, so that the upstream's echo says which one took them. */
const mark = (value: string): string =>
  `filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-Rule, value: ${value}}]}}], ${BACKEND}`;

const echoOf = (answer: { readonly body: string }): { url: string; headers: Record<string, string> } =>
  JSON.parse(answer.body);

describe('an HTTPRoute', () => {
  it.each([
    ['exact', 'a.city.test', { path: '/exact', headers: {} }, 'exact'],
    ['prefix', 'a.city.test', { path: '/exact/more', headers: {} }, 'short'],
    ['longest prefix', 'a.city.test', { path: '/long/er/x', headers: {} }, 'long'],
    ['whole segments', 'a.city.test', { path: '/longer', headers: {} }, 'short'],
    ['method before headers', 'a.city.test', { path: '/tie', headers: { 'x-a': '1', 'x-b': '2' } }, 'method'],
    ['more headers', 'a.city.test', { path: '/heads', headers: { 'x-a': '1', 'x-b': '2' } }, 'two'],
    ['query', 'a.city.test', { path: '/?q=1', headers: {} }, 'query'],
    ['regular expressions', 'a.city.test', { path: '/r/42', headers: { 'x-v': 'v7' } }, 'regex'],
    ['exact host before wildcard', 'b.city.test', { path: '/exact', headers: {} }, 'host-b'],
    ['wildcards cover several labels', 'x.y.city.test', { path: '/exact', headers: {} }, 'exact'],
    ['not the bare domain', 'city.test', { path: '/exact', headers: {} }, 404],
    ['not other domains', 'a.town.test', { path: '/exact', headers: {} }, 404],
  ])('matches by the precedence of the Gateway API: %s', async (_name, host, { path, headers }, expected) => {
    const { ask } = await startV3(
      GATEWAY +
        httpRoute(
          'wide',
          `
  ${PARENT}
  hostnames: ["*.city.test", "*.town.test"]
  rules:
    - {matches: [{path: {type: Exact, value: /exact}}], ${mark('exact')}}
    - {${mark('short')}}
    - {matches: [{path: {value: /long/}}, {path: {value: /long/er/}}], ${mark('long')}}
    - {matches: [{path: {value: /tie}, headers: [{name: X-A, value: "1"}, {name: X-B, value: "2"}]}], ${mark('headers')}}
    - {matches: [{path: {value: /tie}, method: GET}], ${mark('method')}}
    - {matches: [{path: {value: /heads}, headers: [{name: X-A, value: "1"}]}], ${mark('one')}}
    - {matches: [{path: {value: /heads}, headers: [{name: X-A, value: "1"}, {name: x-b, value: "2"}]}], ${mark('two')}}
    - {matches: [{queryParams: [{name: q, value: "1"}]}], ${mark('query')}}
    - {matches: [{path: {type: RegularExpression, value: "^/r/[0-9]+$"}, headers: [{type: RegularExpression, name: X-V, value: "^v[0-9]$"}]}], ${mark('regex')}}
`.replace(/^\n {2}/, '\n  '),
        ) +
        httpRoute('precise', `{${PARENT}, hostnames: [b.city.test], rules: [{${mark('host-b')}}]}`),
    );
    const answer = await ask({ path, headers: { host, ...headers } });
    if (typeof expected === 'number') expect(answer.status).toBe(expected);
    else expect(echoOf(answer).headers['x-rule']).toBe(expected);
  });

  it('splits by weight, 500 for the share that leads nowhere', async () => {
    const { ask, problems } = await startV3(
      GATEWAY +
        httpRoute(
          'split',
          `{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: app, port: 80, weight: 3}, {name: lost, port: 80, weight: 1}, {name: app, port: 80, weight: 0}]}]}`,
        ),
    );
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await ask({ headers: { host: 'a.city.test' } })).status);
    expect(statuses.filter((status) => status === 500)).toHaveLength(2);
    expect(statuses.filter((status) => status === 200)).toHaveLength(6);
    expect(problems).toContainEqual(expect.stringContaining('Service "lost" does not exist'));
  });

  it.each([
    ['{scheme: https}', 301, 'https://a.city.test/old/x?q=1'],
    ['{hostname: b.city.test, port: 8443, statusCode: 302}', 302, 'http://b.city.test:8443/old/x?q=1'],
    ['{path: {type: ReplaceFullPath, replaceFullPath: /new}}', 302, 'http://a.city.test/new?q=1'],
    ['{path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}', 302, 'http://a.city.test/new/x?q=1'],
    ['{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}', 302, 'http://a.city.test/x?q=1'],
  ])('redirects: %s', async (redirect, status, location) => {
    const written = status === 301 ? redirect.replace('}', ', statusCode: 301}') : redirect;
    const { ask } = await startV3(
      GATEWAY +
        httpRoute(
          'redirect',
          `{${PARENT}, rules: [{matches: [{path: {value: /old}}], filters: [{type: RequestRedirect, requestRedirect: ${written}}]}]}`,
        ),
    );
    const answer = await ask({ path: '/old/x?q=1', headers: { host: 'a.city.test' } });
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });

  it('changes headers and the path', async () => {
    const filters = `[
      {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-Set, value: s}], add: [{name: X-Add, value: b}], remove: [X-Gone]}},
      {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: X-Served, value: edge}]}},
      {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}]`;
    const { ask } = await startV3(
      GATEWAY +
        httpRoute(
          'change',
          `{${PARENT}, rules: [{matches: [{path: {value: /v1}}], filters: ${filters}, ${BACKEND}}]}`,
        ),
    );
    const answer = await ask({
      path: '/v1/lines',
      headers: { host: 'a.city.test', 'x-add': 'a', 'x-gone': '1', 'x-set': 'client' },
    });
    expect(answer.headers['x-served']).toBe('edge');
    expect(echoOf(answer)).toMatchObject({ url: '/v2/lines', headers: { 'x-set': 's', 'x-add': 'a, b' } });
    expect(echoOf(answer).headers['x-gone']).toBeUndefined();
  });

  it.each([
    [
      'a filter',
      'rules: [{filters: [{type: RequestMirror}], backendRefs: [{name: app, port: 80}]}]',
      500,
      /RequestMirror/,
    ],
    [
      'an extension',
      'rules: [{filters: [{type: ExtensionRef, extensionRef: {group: x.test, kind: Thing, name: t}}], backendRefs: [{name: app, port: 80}]}]',
      500,
      /ExtensionRef to Thing/,
    ],
    [
      'filters of a backend',
      'rules: [{backendRefs: [{name: app, port: 80, filters: [{type: RequestHeaderModifier}]}]}]',
      500,
      /filters of one backend/,
    ],
    [
      'timeouts',
      'rules: [{timeouts: {request: 1s}, backendRefs: [{name: app, port: 80}]}]',
      200,
      /timeouts is not supported/,
    ],
    [
      'another namespace without a grant',
      'rules: [{backendRefs: [{name: app, namespace: other, port: 80}]}]',
      500,
      /no ReferenceGrant/,
    ],
  ])('names what it does not do: %s', async (_name, rules, status, message) => {
    const { ask, problems } = await startV3(
      GATEWAY + httpRoute('r', `{parentRefs: [{name: edge}], ${rules}}`),
    );
    expect((await ask({ headers: { host: 'a.city.test' } })).status).toBe(status);
    expect(problems).toContainEqual(expect.stringMatching(message));
    expect(problems).toContainEqual(expect.stringContaining('TCP is not served'));
  });

  it('reaches into another namespace with a grant', async () => {
    const grant = `
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: g, namespace: city}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: other}], to: [{group: "", kind: Service}]}
`;
    const route = httpRoute(
      'r',
      '{parentRefs: [{name: edge, namespace: city}], rules: [{backendRefs: [{name: app, namespace: city, port: 80}]}]}',
    ).replace('namespace: city}\nspec', 'namespace: other}\nspec');
    const { ask, apply } = await startV3(GATEWAY + route + grant);
    expect((await ask({ headers: { host: 'z.test' } })).status).toBe(200);
    apply(GATEWAY + route);
    expect((await ask({ headers: { host: 'z.test' } })).status).toBe(500);
  });

  it('of an API is guarded like any route', async () => {
    const { ask } = await startV3(
      GATEWAY +
        object('API', 'stops', '{}') +
        object('APIPlan', 'five', '{title: five, quota: {limit: 5, period: 24h}}') +
        application('mobile') +
        object(
          'ManagedSubscription',
          's',
          '{apis: [{name: stops}], apiPlan: {name: five}, managedApplications: [{name: mobile}]}',
        ) +
        httpRoute('stops', `{${PARENT}, rules: [{${BACKEND}}]}`, 'annotations: {hub.traefik.io/api: stops}') +
        api('other'),
    );
    const host = 'a.city.test';
    expect((await ask({ headers: { host } })).status).toBe(401);
    const answer = await ask({ headers: { host, authorization: 'Bearer mobile-key' } });
    expect([answer.status, answer.headers['x-quota-remaining']]).toEqual([200, '4']);
  });
});
