import { GATEWAY_GROUP } from './gateway-shapes.ts';
import type { KindInfo } from './kind-info.ts';

const CLUSTER_SCOPED = new Set(['Namespace', 'Node', 'IngressClass', 'GatewayClass']);

/** Kinds of other groups that Portolan reads. Deployments and the like are no problem, but nothing reads them. */
export const understoodKinds: readonly KindInfo[] = [
  ...group('', ['v1'], {
    Service: 'services',
    Endpoints: 'endpoints',
    Secret: 'secrets',
    ConfigMap: 'configmaps',
    Namespace: 'namespaces',
    Pod: 'pods',
    ServiceAccount: 'serviceaccounts',
    Node: 'nodes',
  }),
  ...group('apps', ['v1'], {
    Deployment: 'deployments',
    StatefulSet: 'statefulsets',
    DaemonSet: 'daemonsets',
    ReplicaSet: 'replicasets',
  }),
  ...group('discovery.k8s.io', ['v1', 'v1beta1'], { EndpointSlice: 'endpointslices' }),
  ...group('networking.k8s.io', ['v1'], { Ingress: 'ingresses', IngressClass: 'ingressclasses' }),
  ...group(GATEWAY_GROUP, ['v1', 'v1beta1'], {
    GatewayClass: 'gatewayclasses',
    Gateway: 'gateways',
    HTTPRoute: 'httproutes',
    ReferenceGrant: 'referencegrants',
  }),
  ...group(GATEWAY_GROUP, ['v1', 'v1alpha2', 'v1alpha3'], {
    GRPCRoute: 'grpcroutes',
    TLSRoute: 'tlsroutes',
    TCPRoute: 'tcproutes',
    UDPRoute: 'udproutes',
  }),
  ...['traefik.io', 'traefik.containo.us'].flatMap((name) =>
    group(name, ['v1alpha1'], {
      IngressRoute: 'ingressroutes',
      IngressRouteTCP: 'ingressroutetcps',
      IngressRouteUDP: 'ingressrouteudps',
      Middleware: 'middlewares',
      MiddlewareTCP: 'middlewaretcps',
      ServersTransport: 'serverstransports',
      ServersTransportTCP: 'serverstransporttcps',
      TLSOption: 'tlsoptions',
      TLSStore: 'tlsstores',
      TraefikService: 'traefikservices',
    }),
  ),
];

function group(
  name: string,
  versions: readonly string[],
  plurals: Readonly<Record<string, string>>,
): readonly KindInfo[] {
  return Object.entries(plurals).map(([kind, plural]) => ({
    group: name,
    versions,
    kind,
    plural,
    scope: CLUSTER_SCOPED.has(kind) ? 'Cluster' : 'Namespaced',
    printerColumns: [],
  }));
}
