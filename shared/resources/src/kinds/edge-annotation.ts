import { formatKey, type KubernetesObject, parseApiVersion } from './object.ts';

/** On an Ingress, IngressRoute or HTTPRoute: name of the host at the edge under which its routes are reached as well. */
export const EDGE_ANNOTATION = 'portolan.dev/edge';
/** Custom domains of that host, with commas between. */
export const DOMAINS_ANNOTATION = 'portolan.dev/edge-domains';

const ROUTES: ReadonlySet<string> = new Set([
  'Ingress.networking.k8s.io',
  'IngressRoute.traefik.io',
  'IngressRoute.traefik.containo.us',
  'HTTPRoute.gateway.networking.k8s.io',
]);
/** RFC 1123 §2.1. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A host at the edge that routes of one namespace share by its name. */
export interface EdgeHostRequest {
  /** In the form of an object's key: `Edge.portolan.dev/NAMESPACE/NAME`. */
  readonly key: string;
  readonly customDomains: readonly string[];
}

/** Returns what an object asks for at the edge; null when it asks for nothing, or not for a DNS label. */
export function edgeRequestOf({ apiVersion, kind, metadata }: KubernetesObject): EdgeHostRequest | null {
  const { annotations = {}, namespace = 'default' } = metadata;
  const name = annotations[EDGE_ANNOTATION];
  if (name === undefined || !LABEL.test(name)) return null;
  if (!ROUTES.has(`${kind}.${parseApiVersion(apiVersion).group}`)) return null;
  const listed = (annotations[DOMAINS_ANNOTATION] ?? '').split(',').map((domain) => domain.trim());
  return {
    key: formatKey({ group: 'portolan.dev', kind: 'Edge', namespace, name }),
    customDomains: listed.filter((domain) => domain !== ''),
  };
}
