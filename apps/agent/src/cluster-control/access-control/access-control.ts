import { isRecord, parseApiVersion, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { Problem } from '@portolan/resources/problem';
import type { ApiResource } from '../../kubernetes/client/api-resource.ts';
import { isMade, type MadeObject } from '../../kubernetes/writer/made-object.ts';
import type { SharedChange } from '../../kubernetes/writer/object-writer.ts';
import { controllerOf } from './ingress-controllers.ts';
import { attachToIngress, attachToRoutes, detach } from './attachment.ts';
import { forwardAuth, MIDDLEWARES, middlewareName } from './middleware.ts';
import { policyHeaders } from './policy-headers.ts';

/** Names the AccessControlPolicy that guards an Ingress or IngressRoute. */
const POLICY_ANNOTATION = 'hub.traefik.io/access-control-policy';

/** What guards the Ingresses and IngressRoutes of other programs: to be made, to be changed, and what cannot be. */
export interface AccessControl {
  readonly made: readonly MadeObject[];
  readonly changes: readonly SharedChange[];
  readonly problems: readonly Problem[];
}

/** Resources that `accessControl` makes objects of. */
export const ACCESS_CONTROL_RESOURCES: readonly ApiResource[] = [...MIDDLEWARES.values()];

const INGRESSES: ApiResource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  kind: 'Ingress',
  isNamespaced: true,
};

/**
 * Returns what makes Traefik and ingress-nginx ask the agent before they forward a request to something that names a policy. `authUrl`
 * is where they reach the agent's auth service. A policy that does not exist refuses everything there.
 */
export function accessControl(objects: readonly KubernetesObject[], authUrl: string): AccessControl {
  const of = (kind: string) => objects.filter((object) => object.kind === kind && !isMade(object));
  const policies = new Map(of('AccessControlPolicy').map((policy) => [policy.metadata.name, policy]));
  const classes = of('IngressClass');
  const result = {
    made: new Map<string, MadeObject>(),
    changes: [] as SharedChange[],
    problems: [] as Problem[],
  };
  const make = (group: string, namespace: string, policyName: string): string => {
    const policy = policies.get(policyName) ?? null;
    const made = forwardAuth({ group, namespace, policyName, policy, authUrl });
    result.made.set(`${group}/${namespace}/${policyName}`, made);
    return made.object.metadata.name;
  };
  for (const ingress of of('Ingress')) {
    const policyName = policyOf(ingress);
    const controller = policyName === null ? null : controllerOf(ingress, classes);
    if (policyName === null || controller === null) result.changes.push(...detach(INGRESSES, ingress));
    else if (typeof controller !== 'string') {
      result.changes.push(...detach(INGRESSES, ingress));
      result.problems.push(unknownController(ingress, controller.unknown));
    } else {
      if (controller === 'traefik') make('traefik.io', ingress.metadata.namespace ?? '', policyName);
      const headers = policyHeaders(policies.get(policyName) ?? null);
      result.changes.push(
        ...attachToIngress(INGRESSES, ingress, { controller, policyName, authUrl, headers }),
      );
    }
  }
  for (const route of of('IngressRoute')) {
    const { group, version } = parseApiVersion(route.apiVersion);
    const resource = { group, version, plural: 'ingressroutes', kind: 'IngressRoute', isNamespaced: true };
    const policyName = policyOf(route);
    if (policyName !== null) make(group, route.metadata.namespace ?? '', policyName);
    const wanted = policyName === null ? null : middlewareName(policyName);
    if (isRecord(route.spec)) result.changes.push(...attachToRoutes(resource, route, wanted));
  }
  return { ...result, made: [...result.made.values()] };
}

/** Policies of the first era had a namespace and were named `name@namespace`. */
function policyOf({ metadata }: KubernetesObject): string | null {
  const [name] = (metadata.annotations?.[POLICY_ANNOTATION] ?? '').split('@');
  return name ? name : null;
}

function unknownController({ kind, metadata }: KubernetesObject, why: string): Problem {
  const { namespace, name } = metadata;
  return {
    code: 'unknown-controller',
    severity: 'warning',
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    field: `metadata.annotations[${POLICY_ANNOTATION}]`,
    message: `its policy is not enforced: ${why}`,
    fix: 'name an IngressClass of Traefik or ingress-nginx, or let the agent serve it',
  };
}
