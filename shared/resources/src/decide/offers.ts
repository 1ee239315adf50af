import type { Catalogue, CatalogueBundle, CatalogueItem, CataloguePlan } from '../model/catalogue.ts';
import { compareText } from '../model/compare.ts';
import type { Identity } from '../model/request.ts';
import { reaches } from './reaches.ts';

/** What a user may subscribe an application to: an API or bundle that an item of the catalogue shows them, on its plan. */
export interface Offer {
  readonly item: CatalogueItem;
  readonly plan: CataloguePlan;
}

/** Returns the items of a namespace that are shown to a caller, by name. */
export function itemsFor(catalogue: Catalogue, namespace: string, identity: Identity): CatalogueItem[] {
  const items = [...catalogue.values()].filter(
    (entry): entry is CatalogueItem =>
      entry.kind === 'item' && entry.source.namespace === namespace && reaches(entry.groups, identity),
  );
  return items.toSorted((a, b) => compareText(a.source.name, b.source.name));
}

/** Returns the bundles that an item names and that exist. */
export function bundlesOf(
  catalogue: Catalogue,
  { bundles }: Pick<CatalogueItem, 'bundles'>,
): CatalogueBundle[] {
  return bundles.flatMap((key) => {
    const bundle = catalogue.get(key);
    return bundle?.kind === 'bundle' ? [bundle] : [];
  });
}

/** Whether an item shows an API: by itself, or in a bundle. */
export function showsApi(catalogue: Catalogue, item: CatalogueItem, api: string): boolean {
  return item.apis.includes(api) || bundlesOf(catalogue, item).some(({ apis }) => apis.includes(api));
}

/** Returns what is offered for an API or bundle, by its key, among items that are shown to somebody; one offer for each plan. */
export function offersFor(catalogue: Catalogue, items: readonly CatalogueItem[], target: string): Offer[] {
  return items.flatMap((item) => {
    const plan = item.plan === null ? undefined : catalogue.get(item.plan);
    const isNamed = item.apis.includes(target) || item.bundles.includes(target);
    return isNamed && plan?.kind === 'plan' ? [{ item, plan }] : [];
  });
}
