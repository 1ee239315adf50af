// Generated from crds/v3/uplink.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** Uplink advertises a workload of this cluster to the cluster above it. */
export interface Uplink {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'Uplink';
  readonly metadata: ObjectMeta;
  /** What is advertised, and how its health is checked. */
  readonly spec?: UplinkSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: UplinkStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface UplinkStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly UplinkStatusConditionsItem[];
}

/** One aspect of the state of this object. */
export interface UplinkStatusConditionsItem {
  /** When the condition last changed. */
  readonly lastTransitionTime: string;
  /** Explanation a person can read. May be empty. */
  readonly message: string;
  /** Generation of the object the condition was computed from. */
  readonly observedGeneration?: number;
  /** Reason of the last change, one word in CamelCase. */
  readonly reason: string;
  /** Whether the condition holds. */
  readonly status: "True" | "False" | "Unknown";
  /** Which aspect this is, in CamelCase. */
  readonly type: string;
}

/** What is advertised, and how its health is checked. */
export interface UplinkSpec {
  /** Entry points it is advertised on. */
  readonly entryPoints?: readonly string[];
  /** Name it is advertised under. Defaults to <namespace>-<name>. */
  readonly exposeName?: string;
  /** Active health check. */
  readonly healthCheck?: UplinkSpecHealthCheck;
  /** Passive health check. */
  readonly passiveHealthCheck?: UplinkSpecPassiveHealthCheck;
  /** Share of the requests it gets. */
  readonly weight?: number;
}

/** Passive health check. */
export interface UplinkSpecPassiveHealthCheck {
  /** Time within which failures count. */
  readonly failureWindow?: number | string;
  /** Failures that mean unhealthy. */
  readonly maxFailedAttempts?: number;
}

/** Active health check. */
export interface UplinkSpecHealthCheck {
  /** Follow redirects. */
  readonly followRedirects: boolean;
  /** Headers to send. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Value of the Host header. */
  readonly hostname?: string;
  /** Time between checks. */
  readonly interval: number | string;
  /** HTTP method. */
  readonly method?: string;
  /** Protocol: http or grpc. */
  readonly mode?: string;
  /** Path to ask for. */
  readonly path?: string;
  /** Port to ask. */
  readonly port?: number;
  /** Scheme to ask with. */
  readonly scheme?: string;
  /** Status code that means healthy. */
  readonly status?: number;
  /** Time to wait for an answer. */
  readonly timeout: number | string;
  /** Time between checks while unhealthy. */
  readonly unhealthyInterval?: number | string;
}
