// Generated from crds/v2/apiaccess.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APIAccess opens APIs and collections to groups of users. It has effect once an APIGateway lists it. */
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
}

/** Who may call what. */
export interface ApiAccessSpec {
  /** Open to every signed-in user, whatever the group. */
  readonly anyGroups?: boolean;
  /** Collections to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiCollectionSelector?: ApiAccessSpecApiCollectionSelector;
  /** Collections to open. */
  readonly apiCollections?: readonly ApiAccessSpecApiCollectionsItem[];
  /** APIs to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ApiAccessSpecApiSelector;
  /** APIs to open. */
  readonly apis?: readonly ApiAccessSpecApisItem[];
  /** Groups of users to open them to. */
  readonly groups?: readonly string[];
  /** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
  readonly operationFilter?: ApiAccessSpecOperationFilter;
}

/** Restricts which operations are open. Absent, every operation is; with an empty list, none is. */
export interface ApiAccessSpecOperationFilter {
  /** Names of the operation sets to let through. */
  readonly include?: readonly string[];
}

/** Reference to an API. */
export interface ApiAccessSpecApisItem {
  /** Name of the API. */
  readonly name: string;
  /** Namespace of the API. Defaults to default. */
  readonly namespace?: string;
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

/** Reference to a collection. */
export interface ApiAccessSpecApiCollectionsItem {
  /** Name of the APICollection. */
  readonly name: string;
}

/** Collections to open, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ApiAccessSpecApiCollectionSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ApiAccessSpecApiCollectionSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ApiAccessSpecApiCollectionSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}
