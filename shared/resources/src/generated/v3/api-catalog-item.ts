// Generated from crds/v3/apicatalogitem.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APICatalogItem shows APIs to groups of users in portals, and says which plan they may subscribe with. It does not let them call. */
export interface ApiCatalogItem {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APICatalogItem';
  readonly metadata: ObjectMeta;
  /** What is shown to whom. */
  readonly spec: ApiCatalogItemSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiCatalogItemStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiCatalogItemStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiCatalogItemStatusConditionsItem[];
  /** APIs this object refers to that exist. */
  readonly resolvedApis?: readonly ApiCatalogItemStatusResolvedApisItem[];
  /** APIs this object refers to that do not exist. */
  readonly unresolvedApis?: readonly ApiCatalogItemStatusUnresolvedApisItem[];
}

/** Reference. */
export interface ApiCatalogItemStatusUnresolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ApiCatalogItemStatusResolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** One aspect of the state of this object. */
export interface ApiCatalogItemStatusConditionsItem {
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

/** What is shown to whom. */
export interface ApiCatalogItemSpec {
  /** Bundles to show. */
  readonly apiBundles?: readonly ApiCatalogItemSpecApiBundlesItem[];
  /** Plan offered for them. */
  readonly apiPlan?: ApiCatalogItemSpecApiPlan;
  /** APIs to show, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ApiCatalogItemSpecApiSelector;
  /** APIs to show. */
  readonly apis?: readonly ApiCatalogItemSpecApisItem[];
  /** Show them to every signed-in user. */
  readonly everyone?: boolean;
  /** Groups of users to show them to. */
  readonly groups?: readonly string[];
  /** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
  readonly operationFilter?: ApiCatalogItemSpecOperationFilter;
}

/** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
export interface ApiCatalogItemSpecOperationFilter {
  /** Names of the operation sets to let through. */
  readonly include?: readonly string[];
}

/** Reference to an API. */
export interface ApiCatalogItemSpecApisItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}

/** APIs to show, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ApiCatalogItemSpecApiSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ApiCatalogItemSpecApiSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ApiCatalogItemSpecApiSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

/** Plan offered for them. */
export interface ApiCatalogItemSpecApiPlan {
  /** Name of the APIPlan, in the namespace of this object. */
  readonly name: string;
}

/** Reference to an APIBundle. */
export interface ApiCatalogItemSpecApiBundlesItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}
