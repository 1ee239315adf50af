import { compilersFor } from '@portolan/resources/compile/compilers';
import { GATEWAY_GROUP } from '@portolan/resources/kinds/gateway-shapes';
import { ADMISSION_SECRET, LEASE_NAME, OWN_NAMESPACE, OWN_SECRETS, webhookName } from './own-names.ts';
import { HUB_GROUP, listKinds, type Generation } from '@portolan/resources/kinds/registry';

/** What the agent needs rights for; a feature whose rights are missing is off, and the others work. */
export const FEATURES = {
  discovery: 'notices that a kind of resource is installed or removed',
  identity: 'recognises the cluster when its agent is installed again',
  routing: 'routes requests to Services by Ingresses and IngressRoutes',
  'hub-resources': 'serves the resources of hub.traefik.io',
  counts: 'reports how many nodes the cluster has',
  secrets: 'serves the certificates and reads the credentials that resources refer to by name',
  'leader-election': 'lets one of several replicas write',
  'shared-state':
    'lets its replicas share one credential, and serve with an empty disk while the platform is away',
  status: 'writes what became of a resource to its status',
  'access-control': 'makes Traefik and ingress-nginx ask it before they forward to what names a policy',
  'platform-objects': 'shows what was made on the platform in the cluster too',
  'traefik-routes': 'makes Traefik carry the traffic of APIs',
  'traefik-certificates': 'gives Traefik the certificates of the hosts that it carries',
  admission: 'lets the API server ask it before resources are stored, and refuses invalid ones',
  events: 'records changes of the state of a resource as Events',
} as const;
export type Feature = keyof typeof FEATURES;

/** Features whose rights are granted only when they are asked for. */
export const OPT_IN_FEATURES: ReadonlySet<Feature> = new Set(['admission', 'traefik-certificates']);

/** Returns the features that an agent has with some left out and others added. */
export function selectFeatures(
  without: readonly Feature[] = [],
  added: readonly Feature[] = [],
): ReadonlySet<Feature> {
  const all = Object.keys(FEATURES) as Feature[];
  return new Set(
    all.filter((one) => !without.includes(one) && (added.includes(one) || !OPT_IN_FEATURES.has(one))),
  );
}

type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete';

/**
 * Where a right is needed: on objects without a namespace, in the namespaces whose resources are served, or in the namespace
 * that the agent runs in.
 */
export type RightScope = 'cluster' | 'served' | 'own';

/** A right that the agent asks for, why, and what proves that it is used. */
export interface Right {
  readonly feature: Feature;
  readonly scope: RightScope;
  readonly group: string;
  /** Plurals; a subresource follows its resource after a slash. */
  readonly resources: readonly string[];
  readonly verbs: readonly Verb[];
  /** Names the right is limited to. */
  readonly names?: readonly string[];
  readonly purpose: string;
  /** File that tests it, from the root of the repository. */
  readonly test: string;
}

const TRAEFIK_GROUPS = ['traefik.io', 'traefik.containo.us'];
const READ = ['list', 'watch'] as const;
/** Kinds that nothing compiles are not read. */
const compilers = compilersFor('v2');
const SOURCE_TEST = 'test/src/kubernetes/source.cluster.test.ts';
const ACCESS_TEST = 'test/src/kubernetes/access-control.cluster.test.ts';
const STATE_TEST = 'test/src/kubernetes/shared-state.cluster.test.ts';
const COPIES_TEST = 'test/src/kubernetes/platform-copies.cluster.test.ts';
const RIGHTS_TEST = 'test/src/kubernetes/rights.cluster.test.ts';

/** Returns every right the agent asks for in a cluster with the CRDs of a generation. */
export function listRights(generation: Generation): readonly Right[] {
  return [
    ...discoveryRights,
    ...routingRights,
    ...hubRights(generation),
    ...controlRights,
    ...admissionRights,
  ];
}

const discoveryRights: readonly Right[] = [
  {
    feature: 'discovery',
    scope: 'cluster',
    group: 'apiextensions.k8s.io',
    resources: ['customresourcedefinitions'],
    verbs: READ,
    purpose: 'kinds that can be read; only metadata is requested',
    test: SOURCE_TEST,
  },
  {
    feature: 'identity',
    scope: 'cluster',
    group: '',
    resources: ['namespaces'],
    verbs: ['get'],
    names: ['kube-system'],
    purpose: 'its UID identifies the cluster',
    test: SOURCE_TEST,
  },
];

const routingRights: readonly Right[] = [
  {
    feature: 'counts',
    scope: 'cluster',
    group: '',
    resources: ['nodes'],
    verbs: READ,
    purpose: 'their number; nothing else of them is kept',
    test: SOURCE_TEST,
  },
  {
    feature: 'routing',
    scope: 'cluster',
    group: 'networking.k8s.io',
    resources: ['ingressclasses'],
    verbs: READ,
    purpose: 'which Ingresses are served here',
    test: SOURCE_TEST,
  },
  {
    feature: 'routing',
    scope: 'served',
    group: 'networking.k8s.io',
    resources: ['ingresses'],
    verbs: READ,
    purpose: 'routes',
    test: SOURCE_TEST,
  },
  {
    feature: 'routing',
    scope: 'served',
    group: '',
    resources: ['services'],
    verbs: READ,
    purpose: 'ports to forward requests to',
    test: SOURCE_TEST,
  },
  {
    feature: 'routing',
    scope: 'served',
    group: 'discovery.k8s.io',
    resources: ['endpointslices'],
    verbs: READ,
    purpose: 'addresses of ready endpoints',
    test: SOURCE_TEST,
  },
  ...TRAEFIK_GROUPS.map((group): Right => ({
    feature: 'routing',
    scope: 'served',
    group,
    resources: listKinds('v2')
      .filter((info) => info.group === group && compilers.has(`${info.kind}.${group}`))
      .map(({ plural }) => plural),
    verbs: READ,
    purpose: 'routes, middlewares and transports in the form of Traefik',
    test: SOURCE_TEST,
  })),
  {
    feature: 'routing',
    scope: 'cluster',
    group: GATEWAY_GROUP,
    resources: ['gatewayclasses'],
    verbs: READ,
    purpose: 'which Gateways are served here',
    test: SOURCE_TEST,
  },
  {
    feature: 'routing',
    scope: 'served',
    group: GATEWAY_GROUP,
    resources: listKinds('v2')
      .filter(({ group, scope }) => group === GATEWAY_GROUP && scope === 'Namespaced')
      .map(({ plural }) => plural),
    verbs: READ,
    purpose: 'routes of the Gateway API, and which namespaces they may refer to',
    test: SOURCE_TEST,
  },
  {
    feature: 'secrets',
    scope: 'served',
    group: '',
    resources: ['secrets'],
    verbs: READ,
    purpose: 'each Secret that a resource names is watched by its name; others are never requested',
    test: SOURCE_TEST,
  },
];

function hubRights(generation: Generation): readonly Right[] {
  const kinds = listKinds(generation).filter(({ crd }) => crd !== undefined);
  return (['Cluster', 'Namespaced'] as const).flatMap((of): readonly Right[] => {
    const resources = kinds.filter(({ scope }) => scope === of).map(({ plural }) => plural);
    const scope = of === 'Cluster' ? 'cluster' : 'served';
    return [
      {
        feature: 'hub-resources',
        scope,
        group: HUB_GROUP,
        resources,
        verbs: READ,
        purpose: 'APIs, gateways, portals, and who may call them',
        test: SOURCE_TEST,
      },
      {
        feature: 'status',
        scope,
        group: HUB_GROUP,
        resources: resources.map((resource) => `${resource}/status`),
        verbs: ['patch'],
        purpose:
          'conditions, addresses and the version that was synchronised; the resource itself is not changed',
        test: RIGHTS_TEST,
      },
      {
        feature: 'platform-objects',
        scope,
        group: HUB_GROUP,
        resources,
        verbs: ['get', 'create', 'patch', 'delete'],
        purpose: 'copies of what was made on the platform, labelled as such; no other object is changed',
        test: COPIES_TEST,
      },
    ];
  });
}

const controlRights: readonly Right[] = [
  {
    feature: 'traefik-certificates',
    scope: 'served',
    group: '',
    resources: ['secrets'],
    verbs: ['list', 'get', 'create', 'patch', 'delete'],
    purpose:
      "one Secret for each certificate of the platform, beside the routes that it is for; others are not touched, but Kubernetes cannot limit this right to the agent's own",
    test: 'test/src/kubernetes/traefik-tls.cluster.test.ts',
  },
  {
    feature: 'traefik-routes',
    scope: 'served',
    group: 'traefik.io',
    resources: ['ingressroutes', 'middlewares'],
    verbs: ['list', 'get', 'create', 'patch', 'delete'],
    purpose: 'one IngressRoute for each route of an API, with what it needs; others are not touched',
    test: 'test/src/kubernetes/traefik-routes.cluster.test.ts',
  },
  ...TRAEFIK_GROUPS.flatMap((group): readonly Right[] => [
    {
      feature: 'access-control',
      scope: 'served',
      group,
      resources: ['middlewares'],
      verbs: ['list', 'get', 'create', 'patch', 'delete'],
      purpose: 'a forwardAuth Middleware for each policy that is named in a namespace',
      test: ACCESS_TEST,
    },
    {
      feature: 'access-control',
      scope: 'served',
      group,
      resources: ['ingressroutes'],
      verbs: ['patch'],
      purpose: 'the Middleware in each route of one that names a policy',
      test: ACCESS_TEST,
    },
  ]),
  {
    feature: 'access-control',
    scope: 'served',
    group: 'networking.k8s.io',
    resources: ['ingresses'],
    verbs: ['patch'],
    purpose: 'the annotation that attaches the Middleware, or those of ingress-nginx',
    test: ACCESS_TEST,
  },
  {
    feature: 'events',
    scope: 'served',
    group: 'events.k8s.io',
    resources: ['events'],
    verbs: ['create', 'patch'],
    purpose: 'one Event for each change of a condition',
    test: RIGHTS_TEST,
  },
  {
    feature: 'leader-election',
    scope: 'own',
    group: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: ['create'],
    purpose: 'the Lease, once; Kubernetes cannot limit this right to a name',
    test: RIGHTS_TEST,
  },
  {
    feature: 'leader-election',
    scope: 'own',
    group: 'coordination.k8s.io',
    resources: ['leases'],
    verbs: ['get', 'update'],
    names: [LEASE_NAME],
    purpose: 'which replica writes',
    test: RIGHTS_TEST,
  },
  {
    feature: 'shared-state',
    scope: 'own',
    group: '',
    resources: ['secrets'],
    verbs: ['create'],
    purpose: 'the Secrets below, once; Kubernetes cannot limit this right to names',
    test: STATE_TEST,
  },
  {
    feature: 'shared-state',
    scope: 'own',
    group: '',
    resources: ['secrets'],
    verbs: ['get', 'update', 'patch'],
    names: OWN_SECRETS,
    purpose:
      'the credential, and what gateways need of the platform: hashes of keys, domains, certificates, settings; sealed',
    test: STATE_TEST,
  },
];

const ADMISSION_TEST = 'test/src/kubernetes/admission.cluster.test.ts';

const admissionRights: readonly Right[] = [
  {
    feature: 'admission',
    scope: 'cluster',
    group: 'admissionregistration.k8s.io',
    resources: ['validatingwebhookconfigurations'],
    verbs: ['get', 'patch'],
    names: [webhookName(OWN_NAMESPACE)],
    purpose: 'the authorities that the API server trusts in its own webhook; nothing else of it is changed',
    test: ADMISSION_TEST,
  },
  {
    feature: 'admission',
    scope: 'own',
    group: '',
    resources: ['secrets'],
    verbs: ['create'],
    purpose: 'the Secret below, once; Kubernetes cannot limit this right to a name',
    test: ADMISSION_TEST,
  },
  {
    feature: 'admission',
    scope: 'own',
    group: '',
    resources: ['secrets'],
    verbs: ['get', 'update'],
    names: [ADMISSION_SECRET],
    purpose: 'authorities of the certificates of its webhook',
    test: ADMISSION_TEST,
  },
];
