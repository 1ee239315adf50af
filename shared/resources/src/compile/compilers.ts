import { endpointSliceKind, endpointsKind, serviceKind } from './core/service.ts';
import { ingressClassKind } from './core/ingress-class.ts';
import { ingressKind } from './core/ingress.ts';
import { secretKind } from './core/secret.ts';
import { gatewayClassKind, gatewayKind } from './gateway-api/gateway.ts';
import { httpRouteKind, referenceGrantKind, unsupportedRouteKinds } from './gateway-api/http-route.ts';
import { accessControlPolicyKind } from './hub/access-policy.ts';
import { apiAccessKind } from './hub/v2/api-access.ts';
import { apiCollectionKind, apiGatewayKind, apiVersionKind } from './hub/v2/api-kinds.ts';
import { apiPortalKind } from './hub/v2/api-portal.ts';
import { apiRateLimitKind } from './hub/v2/api-rate-limit.ts';
import { apiKind } from './hub/v2/api.ts';
import { edgeIngressKind } from './hub/v2/edge-ingress.ts';
import { apiAccessKind as apiAccessKindV3 } from './hub/v3/api-access.ts';
import { apiAuthKind } from './hub/v3/api-auth.ts';
import { apiBundleKind } from './hub/v3/api-bundle.ts';
import { apiPlanKind } from './hub/v3/api-plan.ts';
import { apiRateLimitKind as apiRateLimitKindV3 } from './hub/v3/api-rate-limit.ts';
import { apiVersionKind as apiVersionKindV3 } from './hub/v3/api-version.ts';
import { apiKind as apiKindV3 } from './hub/v3/api.ts';
import { managedApplicationKind } from './hub/v3/managed-application.ts';
import { managedSubscriptionKind } from './hub/v3/managed-subscription.ts';
import { apiPortalAuthKind } from './hub/v3/api-portal-auth.ts';
import { apiPortalKind as apiPortalKindV3 } from './hub/v3/api-portal.ts';
import { apiCatalogItemKind, contentItemKind } from './hub/v3/catalogue.ts';
import { unservedKinds } from './hub/v3/unserved.ts';
import { ingressRouteKind } from './traefik/ingress-route.ts';
import { middlewareKind } from './traefik/middleware.ts';
import { serversTransportKind } from './traefik/servers-transport.ts';
import { tlsOptionKind, tlsStoreKind } from './traefik/tls.ts';
import { traefikServiceKind } from './traefik/traefik-service.ts';
import { unsupportedKinds } from './traefik/unsupported.ts';
import type { Generation } from '../kinds/registry.ts';
import type { KindCompiler } from './kind-compiler.ts';

const CLUSTER_KINDS = [
  serviceKind,
  endpointSliceKind,
  endpointsKind,
  secretKind,
  ingressKind,
  ingressClassKind,
];
const GATEWAY_KINDS = [
  gatewayClassKind,
  gatewayKind,
  httpRouteKind,
  referenceGrantKind,
  ...unsupportedRouteKinds,
];
const TRAEFIK_KINDS = [
  ingressRouteKind,
  middlewareKind,
  traefikServiceKind,
  serversTransportKind,
  tlsOptionKind,
  tlsStoreKind,
  ...unsupportedKinds,
];
const HUB_KINDS: Readonly<Record<Generation, readonly KindCompiler[]>> = {
  v2: [
    accessControlPolicyKind,
    apiAccessKind,
    apiCollectionKind,
    apiGatewayKind,
    apiKind,
    apiPortalKind,
    apiRateLimitKind,
    apiVersionKind,
    edgeIngressKind,
  ],
  v3: [
    accessControlPolicyKind,
    apiAccessKindV3,
    apiAuthKind,
    apiBundleKind,
    apiCatalogItemKind,
    apiKindV3,
    apiPlanKind,
    apiPortalAuthKind,
    apiPortalKindV3,
    apiRateLimitKindV3,
    apiVersionKindV3,
    contentItemKind,
    managedApplicationKind,
    managedSubscriptionKind,
    ...unservedKinds,
  ],
};

/** Returns the compilers of a generation's kinds by `Kind.group`. */
export function compilersFor(generation: Generation): ReadonlyMap<string, KindCompiler> {
  const kinds = [
    ...CLUSTER_KINDS,
    ...GATEWAY_KINDS,
    ...TRAEFIK_KINDS.flatMap(inBothGroups),
    ...HUB_KINDS[generation],
  ];
  return new Map(kinds.map((kind) => [kind.type, kind]));
}

/** Until 2.10 Traefik's kinds lived in another group, with the same content. */
function inBothGroups(kind: KindCompiler): readonly KindCompiler[] {
  return [kind, { ...kind, type: kind.type.replace('traefik.io', 'traefik.containo.us') }];
}
