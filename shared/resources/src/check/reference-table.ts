import type { Generation } from '../kinds/registry.ts';

/** Where objects of a kind name others. */
export interface ReferenceRule {
  readonly kind: string;
  /** Path of a name, or of a map with a name. */
  readonly path: string;
  /** Kind referred to, or the field beside the name that says it. */
  readonly to: string;
  /** The referring object's own namespace, none, or the one named beside the name (else `default`). */
  readonly namespace: 'own' | 'none' | 'default' | 'own-or-named';
}

const CLUSTER: readonly ReferenceRule[] = [
  { kind: 'Ingress', path: 'spec.defaultBackend.service', to: 'Service', namespace: 'own' },
  { kind: 'Ingress', path: 'spec.rules[].http.paths[].backend.service', to: 'Service', namespace: 'own' },
  { kind: 'IngressRoute', path: 'spec.routes[].services[]', to: 'Service', namespace: 'own-or-named' },
  { kind: 'IngressRoute', path: 'spec.routes[].middlewares[]', to: 'Middleware', namespace: 'own-or-named' },
];

const V2: readonly ReferenceRule[] = [
  { kind: 'API', path: 'spec.service', to: 'Service', namespace: 'own' },
  { kind: 'API', path: 'spec.currentVersion', to: 'APIVersion', namespace: 'own' },
  { kind: 'APIVersion', path: 'spec.apiName', to: 'API', namespace: 'own' },
  { kind: 'APIVersion', path: 'spec.service', to: 'Service', namespace: 'own' },
  { kind: 'APIAccess', path: 'spec.apis[]', to: 'API', namespace: 'default' },
  { kind: 'APIAccess', path: 'spec.apiCollections[]', to: 'APICollection', namespace: 'none' },
  { kind: 'APICollection', path: 'spec.apis[]', to: 'API', namespace: 'default' },
  { kind: 'APIRateLimit', path: 'spec.apis[]', to: 'API', namespace: 'default' },
  { kind: 'APIGateway', path: 'spec.apiAccesses[]', to: 'APIAccess', namespace: 'none' },
  { kind: 'APIPortal', path: 'spec.apiGateway', to: 'APIGateway', namespace: 'none' },
  { kind: 'APIPortal', path: 'spec.ui.service', to: 'Service', namespace: 'default' },
  { kind: 'EdgeIngress', path: 'spec.service', to: 'Service', namespace: 'own' },
  { kind: 'EdgeIngress', path: 'spec.acp', to: 'AccessControlPolicy', namespace: 'none' },
];

const own = (kind: string, path: string, to: string): ReferenceRule => ({ kind, path, to, namespace: 'own' });

const V3: readonly ReferenceRule[] = [
  own('API', 'spec.versions[]', 'APIVersion'),
  own('APIAccess', 'spec.apis[]', 'API'),
  own('APIAccess', 'spec.apiBundles[]', 'APIBundle'),
  own('APIAccess', 'spec.apiPlan', 'APIPlan'),
  own('APIBundle', 'spec.apis[]', 'API'),
  own('APICatalogItem', 'spec.apis[]', 'API'),
  own('APICatalogItem', 'spec.apiBundles[]', 'APIBundle'),
  own('APICatalogItem', 'spec.apiPlan', 'APIPlan'),
  own('APIPortal', 'spec.auth', 'APIPortalAuth'),
  own('APIRateLimit', 'spec.apis[]', 'API'),
  own('ContentItem', 'spec.parentRef', 'kind'),
  own('ManagedSubscription', 'spec.apis[]', 'API'),
  own('ManagedSubscription', 'spec.apiBundles[]', 'APIBundle'),
  own('ManagedSubscription', 'spec.apiPlan', 'APIPlan'),
  own('ManagedSubscription', 'spec.managedApplications[]', 'ManagedApplication'),
];

/** All places where objects of a generation name others. */
export const referenceRules: Readonly<Record<Generation, readonly ReferenceRule[]>> = {
  v2: [...CLUSTER, ...V2],
  v3: [...CLUSTER, ...V3],
};

/** Annotations of Ingress and IngressRoute that name objects, `name` or, where it says so, `name@namespace`. */
export const referenceAnnotations: Readonly<Record<Generation, Readonly<Record<string, string>>>> = {
  v2: { 'hub.traefik.io/access-control-policy': 'AccessControlPolicy' },
  v3: {
    'hub.traefik.io/access-control-policy': 'AccessControlPolicy',
    'hub.traefik.io/api': 'API',
    'hub.traefik.io/api-version': 'APIVersion',
    'hub.traefik.io/api-portal': 'APIPortal',
  },
};
