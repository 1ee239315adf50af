// Generated from crds/v3/apiaccess.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIAccess opens APIs to groups of users. Deprecated: use APICatalogItem and ManagedSubscription. */
export interface ApiAccess {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIAccess';
  readonly metadata: ObjectMeta;
  /** Who may call what. */
  readonly spec?: ApiAccessSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiAccessStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiAccessStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiAccessStatusConditionsItem[];
  /** APIs this object refers to that exist. */
  readonly resolvedApis?: readonly ApiAccessStatusResolvedApisItem[];
  /** APIs this object refers to that do not exist. */
  readonly unresolvedApis?: readonly ApiAccessStatusUnresolvedApisItem[];
}

/** Reference. */
export interface ApiAccessStatusUnresolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ApiAccessStatusResolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** One aspect of the state of this object. */
export interface ApiAccessStatusConditionsItem {
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

/** Who may call what. */
export interface ApiAccessSpec {
  /** Bundles to open. */
  readonly apiBundles?: readonly ApiAccessSpecApiBundlesItem[];
  /** Plan that limits the calls. */
  readonly apiPlan?: ApiAccessSpecApiPlan;
  /** APIs to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ApiAccessSpecApiSelector;
  /** APIs to open. */
  readonly apis?: readonly ApiAccessSpecApisItem[];
  /** Open to every signed-in user. */
  readonly everyone?: boolean;
  /** Groups of users to open them to. */
  readonly groups?: readonly string[];
  /** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
  readonly operationFilter?: ApiAccessSpecOperationFilter;
  /** Which plan applies when several give access to one API: that of the highest weight, then the first by name. */
  readonly weight?: number;
}

/** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
export interface ApiAccessSpecOperationFilter {
  /** Names of the operation sets to let through. */
  readonly include?: readonly string[];
}

/** Reference to an API. */
export interface ApiAccessSpecApisItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}

/** APIs to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ApiAccessSpecApiSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ApiAccessSpecApiSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ApiAccessSpecApiSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

/** Plan that limits the calls. */
export interface ApiAccessSpecApiPlan {
  /** Name of the APIPlan, in the namespace of this object. */
  readonly name: string;
}

/** Reference to an APIBundle. */
export interface ApiAccessSpecApiBundlesItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}
