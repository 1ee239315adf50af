import { HUB_GROUP, listKinds, type Generation } from '@portolan/resources/kinds/registry';
import { OWN_NAMESPACE } from './own-names.ts';
import { listRights, selectFeatures, type Feature, type Right, type RightScope } from './rights.ts';

/**
 * How far the agent's rights go: the whole cluster, some namespaces (and only reading of cluster-scoped kinds), or reading alone.
 */
export const RIGHT_MODES = ['cluster', 'namespaces', 'readOnly'] as const;
export type RightMode = (typeof RIGHT_MODES)[number];

/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1). */
interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** A ServiceAccount with its roles, or the roles that extend those of users. */
interface RbacObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface RolesOptions {
  readonly mode: RightMode;
  readonly generation: Generation;
  /** Of mode `namespaces`. */
  readonly namespaces: readonly string[];
  /** Namespace that the agent runs in. */
  readonly ownNamespace: string;
  readonly serviceAccount: string;
  readonly features: ReadonlySet<Feature>;
}

/** Rights of a mode and generation: which are needed where, and for what. */
export interface RightsQuery {
  readonly mode: RightMode;
  readonly generation: Generation;
  readonly scope: RightScope;
  /** All but those that have to be asked for, unless given. */
  readonly features?: ReadonlySet<Feature>;
}

const RBAC = 'rbac.authorization.k8s.io';
const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch']);
/** Cluster-scoped kinds that are read in mode `namespaces`; kinds and the cluster are then found without a right. */
const CLUSTER_WIDE_ALWAYS = new Set(['hub-resources', 'routing']);

/** Returns the rights of a mode that are needed in a scope. */
export function rightsOf({
  mode,
  generation,
  scope,
  features = selectFeatures(),
}: RightsQuery): readonly Right[] {
  return listRights(generation).filter((right) => {
    if (right.scope !== scope || !features.has(right.feature)) return false;
    const isReading = right.verbs.every((verb) => READING.has(verb));
    // Only a replica that may write competes for the Lease.
    if (mode === 'readOnly') return isReading && right.scope !== 'own';
    return mode === 'cluster' || scope !== 'cluster' || (isReading && CLUSTER_WIDE_ALWAYS.has(right.feature));
  });
}

/** Returns the rules of a mode for a scope: rights with the same verbs and names in one group are one rule. */
export function rulesOf(query: RightsQuery): readonly PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const { group, resources, verbs, names } of rightsOf(query)) {
    const key = JSON.stringify([group, verbs, names]);
    const known = rules.get(key)?.resources ?? [];
    rules.set(key, {
      apiGroups: [group],
      resources: [...new Set([...known, ...resources])],
      ...(names === undefined ? {} : { resourceNames: names }),
      verbs,
    });
  }
  return [...rules.values()];
}

/** Returns the ServiceAccount of the agent and the roles that are bound to it. */
export function agentRoles(options: RolesOptions): readonly RbacObject[] {
  const { mode, generation, ownNamespace, serviceAccount, features } = options;
  const rules = (scope: RightScope) =>
    rulesOf({ mode, generation, scope, features }).map((rule) => withNamespace(rule, ownNamespace));
  const wide = mode === 'namespaces' ? rules('cluster') : [...rules('cluster'), ...rules('served')];
  const served = mode === 'namespaces' ? options.namespaces : [];
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: serviceAccount, namespace: ownNamespace },
    },
    ...bound(options, wide),
    ...served.flatMap((namespace) => bound(options, rules('served'), namespace)),
    ...bound({ ...options, serviceAccount }, rules('own'), ownNamespace, '-own'),
  ];
}

/** Fills in the namespace of the agent where a name contains it. */
function withNamespace(rule: PolicyRule, ownNamespace: string): PolicyRule {
  const { resourceNames } = rule;
  if (resourceNames === undefined) return rule;
  return { ...rule, resourceNames: resourceNames.map((name) => name.replace(OWN_NAMESPACE, ownNamespace)) };
}

/** Returns ClusterRoles that let users who may view or edit a namespace do the same with its hub.traefik.io resources. */
export function userRoles(generation: Generation): readonly RbacObject[] {
  const resources = listKinds(generation)
    .filter(({ crd, scope }) => crd !== undefined && scope === 'Namespaced')
    .map(({ plural }) => plural);
  const role = (name: string, to: readonly string[], verbs: readonly string[]): RbacObject => ({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: {
      name,
      labels: Object.fromEntries(to.map((one) => [`${RBAC}/aggregate-to-${one}`, 'true'])),
    },
    rules: [{ apiGroups: [HUB_GROUP], resources, verbs }],
  });
  return [
    role('portolan-view', ['view'], ['get', 'list', 'watch']),
    role('portolan-edit', ['edit', 'admin'], ['create', 'delete', 'deletecollection', 'patch', 'update']),
  ];
}

function bound(
  { serviceAccount, ownNamespace }: RolesOptions,
  rules: readonly PolicyRule[],
  namespace?: string,
  suffix = '',
): readonly RbacObject[] {
  if (rules.length === 0) return [];
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const name = `${serviceAccount}${suffix}`;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: ownNamespace }],
    },
  ];
}
