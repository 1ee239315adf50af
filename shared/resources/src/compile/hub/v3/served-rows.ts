import type { CompileResult } from '../../compiler.ts';
import type { ApiGuard } from '../../../model/model.ts';

/** What a kind of generation v3 does, and an object that shows it beside `SERVED_BASE`. */
export interface ServedRow {
  readonly kind: string;
  /** Completes a sentence about the kind, for the documentation. */
  readonly serves: string;
  /** The object without apiVersion and kind; a second document is of another kind. */
  readonly manifest: string;
  /** The API `stops` is part of the row, not there beforehand. */
  readonly bringsApi?: true;
  /** Returns what the compiled model, or a problem, says because of the object. */
  readonly shown: (result: CompileResult) => unknown;
  readonly expected: unknown;
}

/** Routes that name an API, a version of it, a policy and a portal. */
export const SERVED_BASE = `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: stops, annotations: {hub.traefik.io/api: stops}}
spec: {routes: [{match: PathPrefix(\`/stops\`), kind: Rule, services: [{name: up, port: 80}]}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: version, annotations: {hub.traefik.io/api: stops, hub.traefik.io/api-version: stops-v1}}
spec: {routes: [{match: PathPrefix(\`/v1\`), kind: Rule, services: [{name: up, port: 80}]}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: locked, annotations: {hub.traefik.io/access-control-policy: lock}}
spec: {routes: [{match: PathPrefix(\`/locked\`), kind: Rule, services: [{name: up, port: 80}]}]}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: site, annotations: {hub.traefik.io/api-portal: site}}
spec: {routes: [{match: Host(\`site.example\`), kind: Rule, services: [{name: up, port: 80}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: client}
stringData: {clientId: c, clientSecret: s}
`;

const guardOf = (result: CompileResult, owner = 'stops'): ApiGuard | undefined =>
  result.model.routes
    .filter((route) => route.owner.name === owner)
    .flatMap(({ guard }) => (guard.kind === 'api' ? [guard.api] : []))[0];

const entryOf = (result: CompileResult, kind: string, name: string): unknown =>
  result.model.catalogue.get(`${kind}.hub.traefik.io/default/${name}`);

const portalOf = (result: CompileResult): unknown =>
  result.model.routes.flatMap(({ target }) => (target.kind === 'portal' ? [target.portal] : []))[0];

const problemsOf = (result: CompileResult, kind: string): readonly string[] =>
  result.problems.filter((problem) => problem.kind === kind).map(({ message }) => message);

const API = 'metadata: {name: stops}\nspec: {}';

/** The API that the routes name. */
export const SERVED_API = `---\napiVersion: hub.traefik.io/v1alpha1\nkind: API\n${API}\n`;

/** One row for each kind; a test fails when one is missing. */
export const SERVED_ROWS: readonly ServedRow[] = [
  {
    kind: 'AccessControlPolicy',
    serves: 'guards routes that name it by annotation',
    manifest: 'metadata: {name: lock}\nspec: {basicAuth: {users: ["a:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M="]}}',
    shown: ({ model }) => model.routes.find(({ owner }) => owner.name === 'locked')?.guard,
    expected: { kind: 'policy', policy: { kind: 'basicAuth' } },
  },
  {
    kind: 'AIService',
    serves: 'nothing: requests are not translated for language models. Routes that name it return 503',
    manifest: 'metadata: {name: ai}\nspec: {ollama: {model: small, baseUrl: "http://ollama:11434"}}',
    shown: (result) => problemsOf(result, 'AIService').map((message) => message.split(':')[0]),
    expected: ['AIService is not served'],
  },
  {
    kind: 'API',
    serves: 'guards routes that name it, also with an empty spec; shown in portals',
    manifest: API,
    bringsApi: true,
    shown: (result) => [guardOf(result)?.api.name, entryOf(result, 'API', 'stops')],
    expected: ['stops', { kind: 'api' }],
  },
  {
    kind: 'APIAccess',
    serves: 'lets groups, or everyone signed in, call APIs and bundles',
    manifest: 'metadata: {name: crew}\nspec: {groups: [crew], apis: [{name: stops}]}',
    shown: (result) => guardOf(result)?.grants,
    expected: [{ access: { name: 'crew' }, groups: ['crew'] }],
  },
  {
    kind: 'APIAuth',
    serves: 'sets how callers of the APIs of its namespace prove who they are',
    manifest: 'metadata: {name: keys}\nspec: {isDefault: true, apiKey: {keySource: {header: X-Key}}}',
    shown: (result) => guardOf(result)?.auth,
    expected: { kind: 'apiKey', source: { header: 'X-Key' } },
  },
  {
    kind: 'APIBundle',
    serves: 'groups APIs under one right and one counter; shown in portals',
    manifest: `metadata: {name: all}
spec: {apiSelector: {}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: through}
spec: {everyone: true, apiBundles: [{name: all}]}`,
    shown: (result) => guardOf(result)?.grants,
    expected: [{ access: { name: 'through' }, groups: 'any' }],
  },
  {
    kind: 'APICatalogItem',
    serves: 'shows APIs and bundles in portals, with the plan to subscribe on',
    manifest: 'metadata: {name: item}\nspec: {groups: [public], apis: [{name: stops}], apiPlan: {name: few}}',
    shown: (result) => entryOf(result, 'APICatalogItem', 'item'),
    expected: { kind: 'item', groups: ['public'], plan: 'APIPlan.hub.traefik.io/default/few' },
  },
  {
    kind: 'APIPlan',
    serves: 'limits rate and quota of subscriptions and accesses',
    manifest: `metadata: {name: few}
spec: {title: Few, quota: {limit: 5, period: 1h}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: limited}
spec: {everyone: true, apis: [{name: stops}], apiPlan: {name: few}}`,
    shown: (result) => guardOf(result)?.grants[0]?.terms,
    expected: { plan: { name: 'few' }, quota: { limit: 5, periodMs: 3_600_000 } },
  },
  {
    kind: 'APIPortal',
    serves: 'is a portal, at the routes that name it by annotation and at its generated domain',
    manifest: 'metadata: {name: site}\nspec: {title: Site, trustedUrls: ["https://site.example"]}',
    shown: portalOf,
    expected: { title: 'Site', shows: { kind: 'namespace', namespace: 'default' } },
  },
  {
    kind: 'APIPortalAuth',
    serves: 'sets how users sign in to the portals that name it',
    manifest: `metadata: {name: idp}
spec: {oidc: {issuerUrl: "https://idp.example", secretName: client, claims: {groups: groups}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIPortal
metadata: {name: site}
spec: {trustedUrls: ["https://site.example"], auth: {name: idp}}`,
    shown: portalOf,
    expected: { auth: { kind: 'oidc' } },
  },
  {
    kind: 'APIRateLimit',
    serves: 'limits calls of groups, or of everyone, to APIs',
    manifest: 'metadata: {name: slow}\nspec: {limit: 2, period: 1m, everyone: true, apiSelector: {}}',
    shown: (result) => guardOf(result)?.limits,
    expected: [{ source: { name: 'slow' }, groups: 'any', limit: 2, periodMs: 60_000 }],
  },
  {
    kind: 'APIVersion',
    serves: 'names what routes serve as a version of an API; shown in portals',
    manifest: `metadata: {name: stops-v1}
spec: {release: 1.2.0}
---
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: stops}
spec: {versions: [{name: stops-v1}]}`,
    bringsApi: true,
    shown: (result) => guardOf(result, 'version'),
    expected: { api: { name: 'stops' }, version: { name: 'stops-v1' }, release: '1.2.0' },
  },
  {
    kind: 'ContentItem',
    serves: 'is a page or link of a portal, API or bundle',
    manifest:
      'metadata: {name: page}\nspec: {title: Page, order: 0, parentRef: {kind: API, name: stops}, content: Hello}',
    shown: (result) => entryOf(result, 'ContentItem', 'page'),
    expected: { kind: 'content', title: 'Page', parent: 'API.hub.traefik.io/default/stops' },
  },
  {
    kind: 'ManagedApplication',
    serves: 'is an application, whose keys the gateway accepts',
    manifest: `metadata: {name: app}\nspec: {appId: app-id, owner: ada, apiKeys: [{value: ${'ab'.repeat(64)}}]}`,
    shown: ({ model }) => model.applicationKeys.get('ab'.repeat(64)),
    expected: { appId: 'app-id', isSuspended: false },
  },
  {
    kind: 'ManagedSubscription',
    serves: 'lets applications call APIs and bundles on a plan',
    manifest: `metadata: {name: sub}
spec: {applications: [{appId: app-id}], apis: [{name: stops}], apiPlan: {name: few}, weight: 3}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIPlan
metadata: {name: few}
spec: {title: Few, rateLimit: {limit: 5, period: 1s}}`,
    shown: (result) => guardOf(result)?.grants,
    expected: [{ access: { name: 'sub' }, applications: ['app-id'], weight: 3 }],
  },
  {
    kind: 'Uplink',
    serves:
      'nothing: workloads are not advertised to a parent cluster. Share a cluster through a tunnel instead',
    manifest: 'metadata: {name: up}\nspec: {}',
    shown: (result) => problemsOf(result, 'Uplink').map((message) => message.split(':')[0]),
    expected: ['Uplink is not served'],
  },
];
