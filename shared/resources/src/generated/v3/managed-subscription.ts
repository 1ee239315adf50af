// Generated from crds/v3/managedsubscription.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** ManagedSubscription lets applications call APIs, on the terms of a plan. */
export interface ManagedSubscription {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'ManagedSubscription';
  readonly metadata: ObjectMeta;
  /** Who may call what, how much. */
  readonly spec: ManagedSubscriptionSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ManagedSubscriptionStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ManagedSubscriptionStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ManagedSubscriptionStatusConditionsItem[];
  /** APIs this object refers to that exist. */
  readonly resolvedApis?: readonly ManagedSubscriptionStatusResolvedApisItem[];
  /** APIs this object refers to that do not exist. */
  readonly unresolvedApis?: readonly ManagedSubscriptionStatusUnresolvedApisItem[];
  /** Applications this object refers to that exist. */
  readonly resolvedApplications?: readonly ManagedSubscriptionStatusResolvedApplicationsItem[];
  /** Applications this object refers to that do not exist. */
  readonly unresolvedApplications?: readonly ManagedSubscriptionStatusUnresolvedApplicationsItem[];
}

/** Reference. */
export interface ManagedSubscriptionStatusUnresolvedApplicationsItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ManagedSubscriptionStatusResolvedApplicationsItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ManagedSubscriptionStatusUnresolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ManagedSubscriptionStatusResolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** One aspect of the state of this object. */
export interface ManagedSubscriptionStatusConditionsItem {
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

/** Who may call what, how much. */
export interface ManagedSubscriptionSpec {
  /** Bundles that may be called. */
  readonly apiBundles?: readonly ManagedSubscriptionSpecApiBundlesItem[];
  /** Plan that limits the calls. */
  readonly apiPlan: ManagedSubscriptionSpecApiPlan;
  /** APIs that may be called, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ManagedSubscriptionSpecApiSelector;
  /** APIs that may be called. */
  readonly apis?: readonly ManagedSubscriptionSpecApisItem[];
  /** Applications that may call. Deprecated: use managedApplications. */
  readonly applications?: readonly ManagedSubscriptionSpecApplicationsItem[];
  /** Expression the claims of the token must satisfy. */
  readonly claims?: string;
  /** Applications that may call, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly managedApplicationSelector?: ManagedSubscriptionSpecManagedApplicationSelector;
  /** Applications that may call. */
  readonly managedApplications?: readonly ManagedSubscriptionSpecManagedApplicationsItem[];
  /** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
  readonly operationFilter?: ManagedSubscriptionSpecOperationFilter;
  /** Which plan applies when several give access to one API: that of the highest weight, then the first by name. */
  readonly weight?: number;
}

/** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
export interface ManagedSubscriptionSpecOperationFilter {
  /** Names of the operation sets to let through. */
  readonly include?: readonly string[];
}

/** Reference to a ManagedApplication. */
export interface ManagedSubscriptionSpecManagedApplicationsItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}

/** Applications that may call, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ManagedSubscriptionSpecManagedApplicationSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ManagedSubscriptionSpecManagedApplicationSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ManagedSubscriptionSpecManagedApplicationSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

/** Reference to an application. */
export interface ManagedSubscriptionSpecApplicationsItem {
  /** ID of the application. */
  readonly appId: string;
}

/** Reference to an API. */
export interface ManagedSubscriptionSpecApisItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}

/** APIs that may be called, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ManagedSubscriptionSpecApiSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ManagedSubscriptionSpecApiSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ManagedSubscriptionSpecApiSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

/** Plan that limits the calls. */
export interface ManagedSubscriptionSpecApiPlan {
  /** Name of the APIPlan, in the namespace of this object. */
  readonly name: string;
}

/** Reference to an APIBundle. */
export interface ManagedSubscriptionSpecApiBundlesItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}
