// Generated from crds/v3/apiplan.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIPlan says how much a subscription may call. */
export interface ApiPlan {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIPlan';
  readonly metadata: ObjectMeta;
  /** The plan. */
  readonly spec: ApiPlanSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiPlanStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiPlanStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiPlanStatusConditionsItem[];
}

/** One aspect of the state of this object. */
export interface ApiPlanStatusConditionsItem {
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

/** The plan. */
export interface ApiPlanSpec {
  /** Description people read. */
  readonly description?: string;
  /** How many requests a long period allows in all. */
  readonly quota?: ApiPlanSpecQuota;
  /** How fast requests may come. */
  readonly rateLimit?: ApiPlanSpecRateLimit;
  /** Title people read. */
  readonly title: string;
}

/** How fast requests may come. */
export interface ApiPlanSpecRateLimit {
  /** What is counted together: all of a subscription; each application and API apart; or all APIs of an application. */
  readonly bucket: "subscription" | "application-api" | "application";
  /** How many requests the period allows. */
  readonly limit: number;
  /** Period the limit counts over, such as 1s or 1m. */
  readonly period?: string;
}

/** How many requests a long period allows in all. */
export interface ApiPlanSpecQuota {
  /** What is counted together: all of a subscription; each application and API apart; or all APIs of an application. */
  readonly bucket: "subscription" | "application-api" | "application";
  /** How many requests the period allows. */
  readonly limit: number;
  /** Period the quota counts over, such as 24h or 750h. */
  readonly period?: string;
}
