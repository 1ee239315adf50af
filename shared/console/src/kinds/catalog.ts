import { z } from 'zod';
import { toned } from './block.ts';
import { apisOf, apisSpec, named, operationsOf } from './named-apis.ts';
import { objectKind, type ObjectKindRow } from './object-kind.ts';
import type { HeldObject } from './objects.ts';

const spec = apisSpec.extend({
  title: z.string().nullish(),
  groups: z.array(z.string()).nullish(),
  everyone: z.boolean().nullish(),
  apiPlan: named.nullish(),
});

/** What a portal offers to whom, or APIs that are offered together. */
export interface CatalogRow extends ObjectKindRow {
  readonly what: 'item' | 'bundle';
  /** Null for bundles, which are offered by items. */
  readonly who: readonly string[] | null;
  readonly apis: readonly string[];
  readonly operations: string;
  readonly plan: string | null;
}

/** What portals of generation v3 offer. */
export const catalog = objectKind<CatalogRow>({
  name: 'catalog',
  singular: 'catalog-item',
  title: 'Catalog',
  aliases: ['catalogue', 'catalog-items', 'apicatalogitems', 'apibundles', 'bundles'],
  empty:
    'Nothing is offered yet: in a cluster of generation v3 an APICatalogItem shows APIs and plans in portals.',
  kinds: ['APICatalogItem', 'APIBundle'],
  columns: [
    { id: 'what', title: 'TYPE', type: 'text', value: (row) => row.what },
    { id: 'who', title: 'FOR', type: 'text', value: (row) => row.who ?? [], max: 28 },
    { id: 'apis', title: 'APIS', type: 'text', value: (row) => row.apis, min: 8, max: 40 },
    { id: 'plan', title: 'PLAN', type: 'text', value: (row) => row.plan, max: 20 },
  ],
  rowsOf: (held) => held.map(rowOf),
  about: (row) => [
    ['Type', row.what],
    ['For', row.who === null ? '–' : row.who.join(', ') || toned('warn', 'nobody: it has no groups')],
    ['APIs', row.apis.join(', ') || toned('warn', 'none')],
    ['Operations', row.operations],
    ['Plan', row.plan ?? 'none'],
  ],
});

function rowOf({ resource, object }: HeldObject): CatalogRow {
  const held = spec.safeParse(object['spec']).data ?? {};
  const isBundle = resource.kind === 'APIBundle';
  return {
    ...resource,
    object,
    what: isBundle ? 'bundle' : 'item',
    who: isBundle ? null : held.everyone === true ? ['everyone'] : (held.groups ?? []),
    apis: apisOf(held),
    operations: operationsOf(held),
    plan: held.apiPlan?.name ?? null,
  };
}
