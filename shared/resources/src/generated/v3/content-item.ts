// Generated from crds/v3/contentitem.yaml by `npm run gen`. Do not edit.
import type { ObjectMeta } from '../../kinds/object.ts';

/** ContentItem is a page, or a link, that a portal shows beside its APIs. */
export interface ContentItem {
  readonly apiVersion: 'hub.traefik.io/v1alpha1';
  readonly kind: 'ContentItem';
  readonly metadata: ObjectMeta;
  /** The page. */
  readonly spec: ContentItemSpec;
  /** What the platform last reported about this object. Written by Portolan. */
  readonly status?: ContentItemStatus;
  readonly [other: string]: unknown;
}

/** What the platform last reported about this object. Written by Portolan. */
export interface ContentItemStatus {
  /** Version of the object on the platform. */
  readonly version?: string;
  /** Time of the last synchronisation with the platform. */
  readonly syncedAt?: string;
  /** Hash of the synchronised content, to tell whether it has changed since. */
  readonly hash?: string;
  /** State of this object, one entry per aspect. */
  readonly conditions?: readonly ContentItemStatusConditionsItem[];
}

/** One aspect of the state of this object. */
export interface ContentItemStatusConditionsItem {
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

/** The page. */
export interface ContentItemSpec {
  /** Text of the page, in Markdown. */
  readonly content?: string;
  /** Page elsewhere. */
  readonly link?: ContentItemSpecLink;
  /** Place among the pages of the same parent, from 0. */
  readonly order: number;
  /** What the page belongs to. */
  readonly parentRef: ContentItemSpecParentRef;
  /** Title of the page. */
  readonly title: string;
}

/** What the page belongs to. */
export interface ContentItemSpecParentRef {
  /** Kind of the parent. */
  readonly kind: "APIPortal" | "API" | "APIBundle";
  /** Name of the parent, in the namespace of this object. */
  readonly name: string;
}

/** Page elsewhere. */
export interface ContentItemSpecLink {
  /** Address of the page. */
  readonly href: string;
}
