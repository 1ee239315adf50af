import type { ObjectRef } from './object-ref.ts';
import type { PlanLimit } from './plan.ts';

/** What portals of generation v3 show beside routes, by `objectKey`. It gives no access by itself. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>;

export type CatalogueEntry =
  | CatalogueApi
  | CatalogueBundle
  | CatalogueItem
  | CataloguePlan
  | CatalogueApplication
  | CatalogueSubscription
  | CatalogueContent;

/** What an API says about itself; its document says the rest. */
export interface CatalogueApi {
  readonly kind: 'api';
  readonly source: ObjectRef;
  readonly title: string;
  readonly description: string;
}

export interface CatalogueBundle {
  readonly kind: 'bundle';
  readonly source: ObjectRef;
  readonly title: string;
  /** Keys of APIs. */
  readonly apis: readonly string[];
}

/** APIs and bundles that are shown to somebody, and the plan on which they may be subscribed to. */
export interface CatalogueItem {
  readonly kind: 'item';
  readonly source: ObjectRef;
  /** `'any'`: every signed-in user. */
  readonly groups: readonly string[] | 'any';
  /** Keys of APIs that it names or selects itself. */
  readonly apis: readonly string[];
  /** Keys of bundles. */
  readonly bundles: readonly string[];
  /** Names of operation sets; null = every operation, empty = none. */
  readonly operations: readonly string[] | null;
  /** Key of the plan; null: it can be seen, and not be subscribed to. */
  readonly plan: string | null;
  /** Who decides on subscriptions: an administrator, or nobody. */
  readonly approval: 'manual' | 'automatic';
}

export interface CataloguePlan {
  readonly kind: 'plan';
  readonly source: ObjectRef;
  readonly title: string;
  readonly description: string;
  readonly rateLimit: PlanLimit | null;
  readonly quota: PlanLimit | null;
}

export interface CatalogueApplication {
  readonly kind: 'application';
  readonly source: ObjectRef;
  readonly title: string;
  readonly appId: string;
  /** Subject, or e-mail address, of the user it belongs to. */
  readonly owner: string;
  readonly notes: string;
  readonly keys: readonly { readonly title: string; readonly isSuspended: boolean }[];
  /** Made on the platform, so that its owner may change it in a portal. */
  readonly isRemote: boolean;
  /** Another application has its id: its keys and subscriptions have no effect. */
  readonly isDuplicate: boolean;
}

export interface CatalogueSubscription {
  readonly kind: 'subscription';
  readonly source: ObjectRef;
  /** Keys of applications. */
  readonly applications: readonly string[];
  /** Ids of applications that it names without an object. */
  readonly appIds: readonly string[];
  readonly apis: readonly string[];
  readonly bundles: readonly string[];
  readonly plan: string;
  readonly weight: number;
  readonly approval: 'approved' | 'pending' | 'rejected';
  readonly isRemote: boolean;
}

/** A page, or a link, that is shown at a portal, an API or a bundle. */
export interface CatalogueContent {
  readonly kind: 'content';
  readonly source: ObjectRef;
  /** Key of what it belongs to. */
  readonly parent: string;
  readonly title: string;
  readonly order: number;
  readonly body:
    | { readonly kind: 'markdown'; readonly text: string }
    | { readonly kind: 'link'; readonly href: string };
}
