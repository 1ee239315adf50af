import { z } from 'zod';
import { toned } from './block.ts';
import { objectKind, type ObjectKindRow } from './object-kind.ts';
import type { HeldObject } from './objects.ts';

const limit = z.looseObject({
  limit: z.number(),
  period: z.string().nullish(),
  bucket: z.string().nullish(),
});
const spec = z.looseObject({
  title: z.string().nullish(),
  description: z.string().nullish(),
  rateLimit: limit.nullish(),
  quota: limit.nullish(),
});
const naming = z.looseObject({ apiPlan: z.looseObject({ name: z.string() }).nullish() });

/** A plan, and what refers to it. */
export interface PlanRow extends ObjectKindRow {
  readonly title: string;
  readonly description: string | null;
  readonly rate: string | null;
  readonly quota: string | null;
  /** Subscriptions and accesses that it limits, by name. */
  readonly limits: readonly string[];
  /** Items of the catalogue that offer it, by name. */
  readonly offered: readonly string[];
}

/** How much subscriptions of generation v3 may call. */
export const plans = objectKind<PlanRow>({
  name: 'plans',
  singular: 'plan',
  title: 'Plans',
  aliases: ['plan', 'apiplans'],
  empty: 'No plans yet: in a cluster of generation v3 an APIPlan limits what a subscription may call.',
  kinds: ['APIPlan'],
  readsToo: ['ManagedSubscription', 'APIAccess', 'APICatalogItem'],
  columns: [
    { id: 'title', drop: 5, title: 'TITLE', type: 'text', value: (row) => row.title, max: 30 },
    { id: 'rate', title: 'RATE', type: 'text', value: (row) => row.rate, max: 16 },
    { id: 'quota', title: 'QUOTA', type: 'text', value: (row) => row.quota, max: 20 },
    {
      id: 'limits',
      title: 'USED BY',
      type: 'number',
      value: (row) => row.limits.length,
      right: true,
    },
  ],
  rowsOf: (held, others) => held.map((plan) => rowOf(plan, others)),
  about: (row) => [
    ['Title', row.title],
    ['Description', row.description ?? '–'],
    ['Rate', row.rate ?? 'no limit'],
    ['Quota', row.quota ?? 'no limit'],
    ['Used by', row.limits.join(', ') || toned('dim', 'nothing')],
    ['Offered by', row.offered.join(', ') || toned('dim', 'no item of the catalogue')],
  ],
});

function rowOf({ resource, object }: HeldObject, others: readonly HeldObject[]): PlanRow {
  const { title, description, rateLimit, quota } = spec.safeParse(object['spec']).data ?? {};
  const using = others.filter(
    (other) =>
      other.resource.clusterId === resource.clusterId &&
      other.resource.namespace === resource.namespace &&
      naming.safeParse(other.object['spec']).data?.apiPlan?.name === resource.name,
  );
  const names = (isItem: boolean) =>
    using
      .filter(({ resource: { kind } }) => (kind === 'APICatalogItem') === isItem)
      .map(({ resource: { name } }) => name);
  return {
    ...resource,
    object,
    title: title ?? resource.name,
    description: description ?? null,
    rate: limitText(rateLimit, '1s'),
    quota: limitText(quota, '9999h'),
    limits: names(false),
    offered: names(true),
  };
}

function limitText(held: z.infer<typeof limit> | null | undefined, period: string): string | null {
  if (held === null || held === undefined) return null;
  const bucket = held.bucket && held.bucket !== 'subscription' ? ` by ${held.bucket}` : '';
  return `${held.limit}/${held.period ?? period}${bucket}`;
}
