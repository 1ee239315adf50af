// Generated from crds/v3/apibundle.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIBundle groups APIs so that they can be offered and subscribed to together; they then share one counter of a plan. Bundles do not nest. */
export interface ApiBundle {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APIBundle';
  readonly metadata: ObjectMeta;
  /** The APIs of the bundle. */
  readonly spec?: ApiBundleSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiBundleStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiBundleStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ApiBundleStatusConditionsItem[];
  /** APIs this object refers to that exist. */
  readonly resolvedApis?: readonly ApiBundleStatusResolvedApisItem[];
  /** APIs this object refers to that do not exist. */
  readonly unresolvedApis?: readonly ApiBundleStatusUnresolvedApisItem[];
}

/** Reference. */
export interface ApiBundleStatusUnresolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** Reference. */
export interface ApiBundleStatusResolvedApisItem {
  /** Name. */
  readonly name: string;
}

/** One aspect of the state of this object. */
export interface ApiBundleStatusConditionsItem {
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

/** The APIs of the bundle. */
export interface ApiBundleSpec {
  /** APIs of the bundle, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ApiBundleSpecApiSelector;
  /** APIs of the bundle. */
  readonly apis?: readonly ApiBundleSpecApisItem[];
  /** Title people read. */
  readonly title?: string;
}

/** Reference to an API. */
export interface ApiBundleSpecApisItem {
  /** Name, in the namespace of this object. */
  readonly name: string;
}

/** APIs of the bundle, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ApiBundleSpecApiSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ApiBundleSpecApiSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ApiBundleSpecApiSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}
