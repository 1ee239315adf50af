// Generated from crds/v2/apicollection.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** APICollection groups APIs, under a common path prefix if wanted, so that they can be opened together. */
export interface ApiCollection {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'APICollection';
  readonly metadata: ObjectMeta;
  /** The APIs of the collection. */
  readonly spec?: ApiCollectionSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ApiCollectionStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ApiCollectionStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** The selector, in one line. */
  readonly apiSelector?: string;
}

/** The APIs of the collection. */
export interface ApiCollectionSpec {
  /** APIs of the collection, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
  readonly apiSelector?: ApiCollectionSpecApiSelector;
  /** APIs of the collection. */
  readonly apis?: readonly ApiCollectionSpecApisItem[];
  /** Path that precedes the prefixes of the APIs. */
  readonly pathPrefix?: string;
}

/** Reference to an API. */
export interface ApiCollectionSpecApisItem {
  /** Name of the API. */
  readonly name: string;
  /** Namespace of the API. Defaults to default. */
  readonly namespace?: string;
}

/** APIs of the collection, by their labels, beside those listed. Absent, it selects nothing; empty ({}), it selects everything. */
export interface ApiCollectionSpecApiSelector {
  /** Requirements on labels; all of them must hold. */
  readonly matchExpressions?: readonly ApiCollectionSpecApiSelectorMatchExpressionsItem[];
  /** Labels and the values they must have; all of them must hold. */
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** One requirement on the labels; all requirements of a selector must hold. */
export interface ApiCollectionSpecApiSelectorMatchExpressionsItem {
  /** Label key the requirement looks at. */
  readonly key: string;
  /** How the label is compared with the values: In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}
