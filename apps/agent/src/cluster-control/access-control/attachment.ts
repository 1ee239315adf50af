import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import { ATTACHED, ROUTER_MIDDLEWARES } from '../../kubernetes/attached.ts';
import type { ApiResource } from '../../kubernetes/client/api-resource.ts';
import type { SharedChange } from '../../kubernetes/writer/object-writer.ts';
import type { IngressController } from './ingress-controllers.ts';
import { middlewareName, policyUrl } from './middleware.ts';
import type { PolicyHeaders } from './policy-headers.ts';

const NGINX = 'nginx.ingress.kubernetes.io';

interface Attachment {
  readonly controller: IngressController;
  readonly policyName: string;
  readonly authUrl: string;
  readonly headers: PolicyHeaders;
}

const CONSEQUENCE = 'so its policy is not enforced by the ingress controller';

/** Returns the change that makes the controller of an Ingress ask for a policy; none when it does. */
export function attachToIngress(
  resource: ApiResource,
  ingress: KubernetesObject,
  attachment: Attachment,
): readonly SharedChange[] {
  const annotations =
    attachment.controller === 'traefik'
      ? traefikAnnotations(ingress, attachment.policyName)
      : nginxAnnotations(attachment);
  const seen = ingress.metadata.annotations ?? {};
  const isAttached = Object.entries(annotations).every(([name, value]) => seen[name] === value);
  const isLeftOver = seen[ATTACHED] !== undefined && seen[ATTACHED] !== annotations[ATTACHED];
  if (isAttached && !isLeftOver) return [];
  return [applied(resource, ingress, annotations)];
}

/** Returns the change that takes back what the agent attached to an Ingress; none when it attached nothing. */
export function detach(resource: ApiResource, ingress: KubernetesObject): readonly SharedChange[] {
  // Applying without any field gives up all that were applied before.
  return ingress.metadata.annotations?.[ATTACHED] === undefined ? [] : [applied(resource, ingress, {})];
}

/**
 * Returns the change that puts a Middleware first in each route of an IngressRoute, or with null takes it out; none when that is so.
 * Routes are a list that server-side apply can only take as a whole, so single entries are patched, in the list that was seen.
 */
export function attachToRoutes(
  resource: ApiResource,
  route: KubernetesObject,
  wanted: string | null,
): readonly SharedChange[] {
  const routes = isRecord(route.spec) && Array.isArray(route.spec['routes']) ? route.spec['routes'] : [];
  const attached = route.metadata.annotations?.[ATTACHED];
  const namespace = route.metadata.namespace ?? '';
  const next = routes.map((entry: unknown) => {
    if (!isRecord(entry)) return entry;
    const { middlewares, ...rest } = entry;
    const listed: readonly unknown[] = Array.isArray(middlewares) ? middlewares : [];
    const others = listed.filter(
      (one) => !isNamed(one, namespace, attached) && !isNamed(one, namespace, wanted),
    );
    const all = wanted === null ? others : [{ name: wanted }, ...others];
    const isSame = wanted !== null && listed.some((one) => isNamed(one, namespace, wanted));
    if (isSame && (attached === undefined || attached === wanted)) return entry;
    return all.length === 0 ? rest : { ...rest, middlewares: all };
  });
  const isSame = JSON.stringify(next) === JSON.stringify(routes);
  if (isSame && (wanted === null ? attached === undefined : attached === wanted)) return [];
  if (wanted === null && attached === undefined) return [];
  return [
    {
      resource,
      seen: route,
      intent: `routes ${wanted ?? ''}`,
      consequence: CONSEQUENCE,
      change: {
        kind: 'patch',
        operations: [
          { op: 'test', path: '/metadata/uid', value: route.metadata.uid },
          { op: 'test', path: '/spec/routes', value: routes },
          { op: 'replace', path: '/spec/routes', value: next },
          ...annotationOperations(route, attached, wanted),
        ],
      },
    },
  ];
}

function annotationOperations(
  { metadata }: KubernetesObject,
  attached: string | undefined,
  wanted: string | null,
): readonly object[] {
  const path = `/metadata/annotations/${ATTACHED.replace('/', '~1')}`;
  if (wanted === null) return attached === undefined ? [] : [{ op: 'remove', path }];
  if (metadata.annotations === undefined)
    return [{ op: 'add', path: '/metadata/annotations', value: { [ATTACHED]: wanted } }];
  return [{ op: 'add', path, value: wanted }];
}

function traefikAnnotations(
  { metadata }: KubernetesObject,
  policyName: string,
): Readonly<Record<string, string>> {
  const { namespace = '', annotations = {} } = metadata;
  const own = `${namespace}-${middlewareName(policyName)}@kubernetescrd`;
  const attached = annotations[ATTACHED];
  const others = (annotations[ROUTER_MIDDLEWARES] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== own && name !== attached);
  // A user may have attached it already.
  const isListed = annotations[ROUTER_MIDDLEWARES]?.split(',').some((name) => name.trim() === own) === true;
  if (isListed && (attached === undefined || attached === own))
    return {
      [ROUTER_MIDDLEWARES]: annotations[ROUTER_MIDDLEWARES] ?? own,
      ...(attached === undefined ? {} : { [ATTACHED]: own }),
    };
  return { [ROUTER_MIDDLEWARES]: [own, ...others].join(','), [ATTACHED]: own };
}

function nginxAnnotations({ policyName, authUrl, headers }: Attachment): Readonly<Record<string, string>> {
  const url = policyUrl(authUrl, policyName);
  return {
    [`${NGINX}/auth-url`]: url,
    ...(headers.toUpstream.length === 0
      ? {}
      : { [`${NGINX}/auth-response-headers`]: headers.toUpstream.join(',') }),
    [ATTACHED]: url,
  };
}

function applied(
  resource: ApiResource,
  seen: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): SharedChange {
  const { name, namespace, uid } = seen.metadata;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
  return {
    resource,
    seen,
    intent: JSON.stringify(annotations),
    consequence: CONSEQUENCE,
    change: { kind: 'apply', object: { apiVersion: seen.apiVersion, kind: seen.kind, metadata } },
  };
}

function isNamed(entry: unknown, namespace: string, name: string | null | undefined): boolean {
  if (!isRecord(entry) || !name) return false;
  return entry['name'] === name && (entry['namespace'] === undefined || entry['namespace'] === namespace);
}
