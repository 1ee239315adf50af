// Generated from crds/v2/edgeingress.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** EdgeIngress publishes a Service on the internet through the tunnel, under a generated domain and, if wanted, own domains. */
export interface EdgeIngress {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'EdgeIngress';
  readonly metadata: ObjectMeta;
  /** What to publish. */
  readonly spec: EdgeIngressSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: EdgeIngressStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface EdgeIngressStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly specHash?: string;
  /** Whether the tunnel is connected: UP or DOWN. */
  readonly connection?: "UP" | "DOWN";
  /** Own domains whose owner is verified. */
  readonly customDomains?: readonly string[];
  /** Generated domain. */
  readonly domain?: string;
  /** Addresses, separated by commas. */
  readonly urls?: string;
}

/** What to publish. */
export interface EdgeIngressSpec {
  /** Access control policy that guards it. */
  readonly acp?: EdgeIngressSpecAcp;
  /** Own domains to publish under. A domain counts once its owner is verified. */
  readonly customDomains?: readonly string[];
  /** Service that answers. */
  readonly service: EdgeIngressSpecService;
}

/** Service that answers. */
export interface EdgeIngressSpecService {
  /** Name of the Service, in the namespace of this object. */
  readonly name: string;
  /** Number of the port of the Service. */
  readonly port: number;
}

/** Access control policy that guards it. */
export interface EdgeIngressSpecAcp {
  /** Name of the AccessControlPolicy. */
  readonly name: string;
}
