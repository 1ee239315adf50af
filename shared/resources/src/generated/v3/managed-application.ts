// Generated from crds/v3/managedapplication.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** ManagedApplication is a program that calls APIs, with its keys. */
export interface ManagedApplication {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'ManagedApplication';
  readonly metadata: ObjectMeta;
  /** The application. */
  readonly spec: ManagedApplicationSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ManagedApplicationStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ManagedApplicationStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ManagedApplicationStatusConditionsItem[];
  /** Version of each key. */
  readonly apiKeyVersions?: Readonly<Record<string, string>>;
}

/** One aspect of the state of this object. */
export interface ManagedApplicationStatusConditionsItem {
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

/** The application. */
export interface ManagedApplicationSpec {
  /** Keys of the application. */
  readonly apiKeys?: readonly ManagedApplicationSpecApiKeysItem[];
  /** ID of the application, unique. */
  readonly appId: string;
  /** Notes people read. */
  readonly notes?: string;
  /** User who owns it: the sub claim with OpenID Connect, the external ID with another provider. */
  readonly owner: string;
}

/** A key. */
export interface ManagedApplicationSpecApiKeysItem {
  /** Secret that holds the key, under the key value. */
  readonly secretName?: string;
  /** The key is refused for now. */
  readonly suspended?: boolean;
  /** Title people read. */
  readonly title?: string;
  /** Hash of the key. */
  readonly value?: string;
}
