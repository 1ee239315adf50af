// Generated from crds/v2/apigateway.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIGateway exposes what its accesses open, under a generated domain and, if wanted, own domains. */
export interface ApiGateway {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIGateway';
  readonly metadata: ObjectMeta;
  /** What to expose, and where. */
  readonly spec?: ApiGatewaySpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiGatewayStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiGatewayStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** Own domains whose owner is verified. */
  readonly customDomains?: readonly string[];
  /** Generated domain. */
  readonly hubDomain?: string;
  /** Addresses, separated by commas. */
  readonly urls: string;
}

/** What to expose, and where. */
export interface ApiGatewaySpec {
  /** Names of the accesses to expose. */
  readonly apiAccesses?: readonly string[];
  /** Own domains to publish under, beside the generated one. A domain counts once its owner is verified. */
  readonly customDomains?: readonly string[];
}
