import { describe, expect, test } from 'vitest';
import type { Generation } from '../kinds/registry.ts';
import { loadManifests } from '../manifests/load.ts';
import { checkObjects } from './check.ts';

function warningsOf(yaml: string, generation: Generation = 'v2'): readonly string[] {
  const { objects, problems } = loadManifests(yaml, 'test.yaml', { generation });
  expect(problems).toEqual([]);
  return checkObjects(objects, generation).map(
    ({ kind, name, field, code, message }) => `${kind} ${name} ${field} ${code}: ${message}`,
  );
}

const hub = (kind: string, name: string, spec: string): string =>
  `---\napiVersion: hub.traefik.io/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const service =
  '---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80, name: http}]}\n';
const toService = 'service: {name: s, port: {number: 80}}';

describe('missing references of generation v2', () => {
  const rows: readonly (readonly [yaml: string, ...warnings: readonly string[]])[] = [
    [
      hub('API', 'a', `{pathPrefix: /a, ${toService}}`),
      'API a spec.service.name missing-reference: there is no Service "s" in namespace "default"',
    ],
    [service + hub('API', 'a', `{pathPrefix: /a, ${toService}}`)],
    [service + hub('API', 'a', '{pathPrefix: /a, service: {name: s, port: {name: http}}}')],
    [
      service + hub('API', 'a', '{pathPrefix: /a, service: {name: s, port: {number: 81}}}'),
      'API a spec.service.port missing-port: Service "s" has no port 81; it has 80 (http)',
    ],
    [
      hub('API', 'a', '{pathPrefix: /a, currentVersion: v1}'),
      'API a spec.currentVersion missing-reference: there is no APIVersion "v1" in namespace "default"',
    ],
    [
      service + hub('APIVersion', 'v', `{apiName: a, ${toService}}`),
      'APIVersion v spec.apiName missing-reference: there is no API "a" in namespace "default"',
    ],
    [
      service +
        hub('API', 'a', `{pathPrefix: /a, ${toService}}`) +
        hub('APIVersion', 'v', `{apiName: a, ${toService}}`),
      'APIVersion v spec.apiName version-of-unversioned: API "a" has no versions, so this one is never served',
    ],
    [
      hub('APIAccess', 'x', '{apis: [{name: a, namespace: ns}], apiCollections: [{name: c}]}') +
        hub('APIGateway', 'g', '{apiAccesses: [x]}'),
      'APIAccess x spec.apis[0].name missing-reference: there is no API "a" in namespace "ns"',
      'APIAccess x spec.apiCollections[0].name missing-reference: there is no APICollection "c"',
    ],
    [
      hub('APICollection', 'c', '{apis: [{name: a}]}'),
      'APICollection c spec.apis[0].name missing-reference: there is no API "a" in namespace "default"',
    ],
    [
      hub('APIGateway', 'g', '{apiAccesses: [x]}'),
      'APIGateway g spec.apiAccesses[0] missing-reference: there is no APIAccess "x"',
    ],
    [
      hub('APIPortal', 'p', '{apiGateway: g}'),
      'APIPortal p spec.apiGateway missing-reference: there is no APIGateway "g"',
    ],
    [
      hub('EdgeIngress', 'e', '{service: {name: s, port: 80}, acp: {name: p}}'),
      'EdgeIngress e spec.service.name missing-reference: there is no Service "s" in namespace "default"',
      'EdgeIngress e spec.acp.name missing-reference: there is no AccessControlPolicy "p"',
    ],
    [
      service +
        `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {hub.traefik.io/access-control-policy: p}}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: t, port: {number: 80}}}}]}}]}\n`,
      'Ingress i spec.rules[0].http.paths[0].backend.service.name missing-reference: there is no Service "t" in namespace "default"',
      'Ingress i metadata.annotations[hub.traefik.io/access-control-policy] missing-reference: there is no AccessControlPolicy "p"',
    ],
    [
      service +
        `---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: r}
spec: {routes: [{match: "Path(\`/\`)", services: [{name: s, port: 80}, {kind: TraefikService, name: w}, {kind: TraefikService, name: api@internal}], middlewares: [{name: m}, {name: f@file}]}]}\n`,
      'IngressRoute r spec.routes[0].services[1].name missing-reference: there is no TraefikService "w" in namespace "default"',
      'IngressRoute r spec.routes[0].middlewares[0].name missing-reference: there is no Middleware "m" in namespace "default"',
    ],
  ];

  test.each(rows)('%#', (yaml, ...warnings) => {
    expect(warningsOf(yaml)).toEqual(warnings);
  });
});

describe('what has no effect', () => {
  test('a gateway that names no access', () => {
    expect(warningsOf(hub('APIGateway', 'g', '{apiAccesses: []}'))).toEqual([
      'APIGateway g spec.apiAccesses gateway-without-access: lists no APIAccess, so it exposes no API',
    ]);
  });

  test('an access that no gateway lists', () => {
    expect(warningsOf(hub('APIAccess', 'x', '{}'))).toEqual([
      'APIAccess x metadata.name access-without-gateway: no APIGateway lists this access, so it has no effect',
    ]);
  });

  test('a policy without a method, and the later ones of several', () => {
    const yaml =
      hub('AccessControlPolicy', 'none', '{}') +
      hub('AccessControlPolicy', 'one', '{basicAuth: {users: []}}') +
      hub('AccessControlPolicy', 'two', '{basicAuth: {users: []}, jwt: {publicKey: k}}');
    expect(warningsOf(yaml)).toEqual([
      'AccessControlPolicy none spec policy-method: exactly one of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro must be set: none is, so it lets no one in',
      'AccessControlPolicy two spec policy-method: exactly one of jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro must be set: jwt and basicAuth are; jwt counts',
    ]);
  });
});

describe('two APIs that compose one path', () => {
  const apis =
    service +
    hub('API', 'a', `{pathPrefix: /x, ${toService}}`) +
    hub('API', 'b', `{pathPrefix: /x/, ${toService}}`) +
    hub('API', 'c', `{pathPrefix: /c/x, ${toService}}`);

  test('are named once, on the one that loses', () => {
    const yaml =
      apis +
      hub('APIAccess', 'one', '{apis: [{name: a}]}') +
      hub('APIAccess', 'two', '{apiSelector: {}}') +
      hub('APIGateway', 'g', '{apiAccesses: [one, two]}');
    expect(warningsOf(yaml)).toEqual([
      'API b spec.pathPrefix path-conflict: on APIGateway "g", /x is also the path of API "a" in namespace "default", which takes precedence',
    ]);
  });

  test('count the prefix of a collection', () => {
    const yaml =
      apis +
      hub('APICollection', 'k', '{pathPrefix: /c, apis: [{name: a}]}') +
      hub('APIAccess', 'one', '{apis: [{name: c}], apiCollectionSelector: {}}') +
      hub('APIGateway', 'g', '{apiAccesses: [one]}');
    expect(warningsOf(yaml)).toEqual([
      'API c spec.pathPrefix path-conflict: on APIGateway "g", /c/x is also the path of API "a" in namespace "default", which takes precedence',
    ]);
  });

  test('do not mind each other on different gateways', () => {
    const yaml =
      apis +
      hub('APIAccess', 'one', '{apis: [{name: a}]}') +
      hub('APIAccess', 'two', '{apis: [{name: b}]}') +
      hub('APIGateway', 'g', '{apiAccesses: [one]}') +
      hub('APIGateway', 'h', '{apiAccesses: [two]}');
    expect(warningsOf(yaml)).toEqual([]);
  });
});

describe('generation v3', () => {
  const api = hub('API', 'a', '{}');
  const plans = hub('APIPlan', 'p', '{title: P}') + hub('APIPlan', 'q', '{title: Q}');

  test('names what references miss', () => {
    const yaml =
      hub('API', 'a', '{versions: [{name: v}]}') +
      hub('APIPortal', 'p', '{trustedUrls: ["https://p"], auth: {name: l}}') +
      hub('APICatalogItem', 'i', '{everyone: true, apiBundles: [{name: b}], apiPlan: {name: p}}') +
      hub('ContentItem', 'c', '{title: T, order: 0, content: c, parentRef: {kind: APIPortal, name: x}}') +
      '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {hub.traefik.io/api: z, hub.traefik.io/api-portal: p@other}}\nspec: {}\n';
    expect(warningsOf(yaml, 'v3')).toEqual([
      'API a spec.versions[0].name missing-reference: there is no APIVersion "v" in namespace "default"',
      'APICatalogItem i spec.apiBundles[0].name missing-reference: there is no APIBundle "b" in namespace "default"',
      'APICatalogItem i spec.apiPlan.name missing-reference: there is no APIPlan "p" in namespace "default"',
      'APIPortal p spec.auth.name missing-reference: there is no APIPortalAuth "l" in namespace "default"',
      'ContentItem c spec.parentRef.name missing-reference: there is no APIPortal "x" in namespace "default"',
      'Ingress i metadata.annotations[hub.traefik.io/api] missing-reference: there is no API "z" in namespace "default"',
      'Ingress i metadata.annotations[hub.traefik.io/api-portal] missing-reference: there is no APIPortal "p" in namespace "other"',
    ]);
  });

  test('a tie with an access without plan hides the limit', () => {
    const yaml =
      api +
      plans +
      hub('APIAccess', 'early', '{everyone: true, apis: [{name: a}]}') +
      hub('APIAccess', 'late', '{groups: [staff], apiSelector: {}, apiPlan: {name: p}}');
    expect(warningsOf(yaml, 'v3')).toEqual([
      'APIAccess late spec.weight tie-hides-limit: for API "a" and "staff", plan "p" never applies: APIAccess "early" has the same weight and sorts first by name, which has none: there is no limit',
    ]);
    expect(warningsOf(yaml.replace('apiPlan: {name: p}', 'apiPlan: {name: p}, weight: 1'), 'v3')).toEqual([]);
  });

  test('a tie of subscriptions hides a plan only where application and API are the same', () => {
    const subscription = (name: string, rest: string): string =>
      hub('ManagedSubscription', name, `{apis: [{name: a}], ${rest}}`);
    const application = hub('ManagedApplication', 'm', '{appId: app-1, owner: o}');
    const first =
      api + plans + application + subscription('s1', 'applications: [{appId: app-1}], apiPlan: {name: p}');
    const second = 'managedApplications: [{name: m}], apiPlan: {name: q}';
    expect(warningsOf(first + subscription('s2', second), 'v3')).toEqual([
      'ManagedSubscription s2 spec.weight tie-hides-limit: for API "a" and "app-1", plan "q" never applies: ManagedSubscription "s1" has the same weight and sorts first by name, which has plan "p"',
    ]);
    const elsewhere = 'applications: [{appId: app-2}], apiPlan: {name: q}';
    expect(warningsOf(first + subscription('s2', elsewhere), 'v3')).toEqual([]);
  });

  test('a namespace has one default APIAuth', () => {
    const yaml =
      hub('APIAuth', 'a', '{isDefault: true, apiKey: {}}') +
      hub('APIAuth', 'b', '{isDefault: true, apiKey: {}}');
    expect(warningsOf(yaml, 'v3')).toEqual([
      'APIAuth b spec.isDefault second-default: APIAuth "a" is a default of namespace "default" too',
    ]);
  });
});

test('objects of any shape are no obstacle', () => {
  const odd = (spec: unknown) => ({
    object: { apiVersion: 'hub.traefik.io/v1alpha1', kind: 'APIAccess', metadata: { name: 'x' }, spec },
  });
  const specs = [
    null,
    'text',
    { apis: 'a', apiSelector: { matchLabels: [], matchExpressions: [1] } },
    { apis: [null] },
  ];
  for (const spec of specs) {
    expect(checkObjects([odd(spec)]).map(({ code }) => code)).toEqual(['access-without-gateway']);
  }
});

describe('what is not served', () => {
  const plugin = (options: string): string =>
    `---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: m}\nspec: {plugin: ${options}}\n`;

  test.each<[string, ...string[]]>([
    [
      plugin('{opa: {}}'),
      'Middleware m spec middleware-not-usable: plugin "opa" is not served: Go code for Traefik does not run here; routes that use it return 404',
    ],
    [
      plugin('{jwt: {signingSecret: "urn:k8s:secret:s:key"}}'),
      'Middleware m spec middleware-not-usable: Secret "s" does not exist in namespace "default"; routes that use it return 404',
    ],
    [
      plugin('{jwt: {signingSecret: "urn:k8s:secret:s:key"}}') +
        '---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: k}\n',
    ],
    [
      plugin('{jwt: {signingSecret: []}}'),
      'Middleware m spec.plugin.jwt.signingSecret invalid: Invalid input: expected string, received array; it is not served',
    ],
    [
      plugin('{httpCache: {maxTl: 5}}'),
      'Middleware m spec.plugin.httpCache.maxTl unsupported: has no effect here',
    ],
    [
      "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: site, annotations: {hub.traefik.io/api-portal: site}}\nspec: {routes: [{match: 'Host(`site.test`)', kind: Rule, services: [{name: apiportal, port: 9903}]}]}\n---\napiVersion: hub.traefik.io/v1alpha1\nkind: APIPortal\nmetadata: {name: site}\nspec: {trustedUrls: ['https://site.test']}\n",
    ],
    [
      hub('AIService', 'ai', '{openai: {model: m}}'),
      'AIService ai spec unsupported: AIService is not served: requests are not translated for language models; routes that name it return 503',
    ],
  ])('%s', (yaml, ...warnings) => {
    expect(warningsOf(yaml, 'v3')).toEqual(warnings);
  });
});
