import { bundlesOf, itemsFor } from '@portolan/resources/decide/offers';
import type {
  Catalogue,
  CatalogueApplication,
  CatalogueBundle,
  CatalogueContent,
  CatalogueItem,
  CatalogueSubscription,
} from '@portolan/resources/model/catalogue';
import type { Model } from '@portolan/resources/model/model';
import { compareText } from '@portolan/resources/model/compare';
import type { Portal } from '@portolan/resources/model/portal';
import type { Identity } from '@portolan/resources/model/request';

/** The catalogue of one user in a portal of generation v3: offers, applications and subscriptions. */
export interface OwnCatalogue {
  readonly namespace: string;
  readonly entries: Catalogue;
  readonly items: readonly CatalogueItem[];
  readonly applications: readonly CatalogueApplication[];
  /** Of the user's applications, newest decisions included. */
  readonly subscriptions: readonly CatalogueSubscription[];
}

/** Returns the catalogue as a user sees it; null for portals of generation v2, which have none. */
export function ownCatalogue(
  { catalogue }: Model,
  { shows }: Portal,
  identity: Identity,
): OwnCatalogue | null {
  if (shows.kind !== 'namespace') return null;
  const { namespace } = shows;
  const index = indexOf(catalogue);
  const owners = new Set([identity.userId, identity.email].filter((owner) => owner !== ''));
  const applications = [...owners]
    .flatMap((owner) => index.applications.get(`${namespace} ${owner}`) ?? [])
    .toSorted((a, b) => compareText(nameOf(a), nameOf(b)));
  const subscriptions = new Set([
    ...applications.flatMap(({ source }) => index.subscriptions.get(source.key) ?? []),
    ...applications.flatMap(({ appId }) => index.subscriptions.get(`${namespace} ${appId}`) ?? []),
    ...(index.subscriptions.get(`${namespace} ${identity.email}`) ?? []),
  ]);
  return {
    namespace,
    entries: catalogue,
    items: itemsFor(catalogue, namespace, identity),
    applications,
    subscriptions: [...subscriptions].toSorted((a, b) => compareText(a.source.name, b.source.name)),
  };
}

/** Returns the bundles that the catalogue shows a user, by name. */
export function shownBundles({ entries, items }: OwnCatalogue): CatalogueBundle[] {
  const bundles = new Set(items.flatMap((item) => bundlesOf(entries, item)));
  return [...bundles].toSorted((a, b) => compareText(a.source.name, b.source.name));
}

/** Returns who callers with a key of an application are to the gateway. */
export function identityOf({ appId, source }: CatalogueApplication): Identity {
  return {
    kind: 'application',
    userId: appId,
    email: '',
    groups: [],
    application: { id: appId, namespace: source.namespace },
  };
}

/** Returns the applications of a user that the gateway knows by their id. */
export function usableApplications(own: OwnCatalogue | null): readonly CatalogueApplication[] {
  return (own?.applications ?? []).filter(({ isDuplicate }) => !isDuplicate);
}

/** Returns what people call an application. */
export function nameOf({ title, source }: Pick<CatalogueApplication, 'title' | 'source'>): string {
  return title || source.name;
}

/** Returns the pages and links of a portal, an API or a bundle, in their order. */
export function contentsOf(catalogue: Catalogue, parent: string): readonly CatalogueContent[] {
  return indexOf(catalogue).contents.get(parent) ?? [];
}

interface Index {
  /** By `namespace owner`. */
  readonly applications: ReadonlyMap<string, readonly CatalogueApplication[]>;
  /** By the key of an application, and by `namespace appId`. */
  readonly subscriptions: ReadonlyMap<string, readonly CatalogueSubscription[]>;
  /** By the key of their parent. */
  readonly contents: ReadonlyMap<string, readonly CatalogueContent[]>;
}

const indexes = new WeakMap<Catalogue, Index>();

function indexOf(catalogue: Catalogue): Index {
  let index = indexes.get(catalogue);
  if (index === undefined) indexes.set(catalogue, (index = makeIndex(catalogue)));
  return index;
}

function makeIndex(catalogue: Catalogue): Index {
  const applications = new Map<string, CatalogueApplication[]>();
  const subscriptions = new Map<string, CatalogueSubscription[]>();
  const contents = new Map<string, CatalogueContent[]>();
  for (const entry of catalogue.values()) {
    const { namespace } = entry.source;
    if (entry.kind === 'application') add(applications, `${namespace} ${entry.owner}`, entry);
    else if (entry.kind === 'content') add(contents, entry.parent, entry);
    else if (entry.kind === 'subscription') {
      for (const key of entry.applications) add(subscriptions, key, entry);
      for (const id of entry.appIds) add(subscriptions, `${namespace} ${id}`, entry);
    }
  }
  for (const of of contents.values())
    of.sort((a, b) => a.order - b.order || compareText(a.source.name, b.source.name));
  return { applications, subscriptions, contents };
}

function add<T>(map: Map<string, T[]>, key: string, entry: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
}
