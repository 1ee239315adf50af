// Generated from crds/v3/apiratelimit.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIRateLimit limits how often users of some groups may call some APIs. Deprecated: use APIPlan. */
export interface ApiRateLimit {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIRateLimit';
  readonly metadata: ObjectMeta;
  /** The limit. */
  readonly spec: ApiRateLimitSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiRateLimitStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiRateLimitStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
}

/** The limit. */
export interface ApiRateLimitSpec {
  /** APIs to limit, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ApiRateLimitSpecApiSelector;
  /** APIs to limit. */
  readonly apis?: readonly ApiRateLimitSpecApisItem[];
  /** Limit every signed-in user for whom no limit names a group. */
  readonly everyone?: boolean;
  /** Groups of users to limit. */
  readonly groups?: readonly string[];
  /** How many requests the period allows. */
  readonly limit: number;
  /** Period the limit counts over. Defaults to one second. */
  readonly period?: string;
  /** Where requests are counted: local, by each gateway for itself; distributed, by all together, which needs Redis. */
  readonly strategy?: "local" | "distributed";
}

/** Reference to an API. */
export interface ApiRateLimitSpecApisItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}

/** APIs to limit, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ApiRateLimitSpecApiSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ApiRateLimitSpecApiSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ApiRateLimitSpecApiSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}
