import { z } from 'zod';

export const named = z.looseObject({ name: z.string() });
export const selector = z.looseObject({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(z.unknown()).nullish(),
});
export type Selector = z.infer<typeof selector>;

/** Fields in which several kinds say which APIs they are about. */
export const apisSpec = z.looseObject({
  apis: z.array(named).nullish(),
  apiSelector: selector.nullish(),
  apiBundles: z.array(named).nullish(),
  operationFilter: z.looseObject({ include: z.array(z.string()).nullish() }).nullish(),
});

/** Returns in words which APIs an object is about. */
export function apisOf({
  apis,
  apiBundles,
  apiSelector,
}: Pick<z.infer<typeof apisSpec>, 'apis' | 'apiBundles' | 'apiSelector'>): readonly string[] {
  return [
    ...(apis ?? []).map(({ name }) => name),
    ...(apiBundles ?? []).map(({ name }) => `bundle ${name}`),
    ...selected('APIs', apiSelector),
  ];
}

/** Labels as kubectl writes them; a selector of nothing selects everything. */
export function selected(of: string, held: Selector | null | undefined): readonly string[] {
  if (held === null || held === undefined) return [];
  const labels = Object.entries(held.matchLabels ?? {}).map(([name, value]) => `${name}=${value}`);
  const more = held.matchExpressions?.length ?? 0;
  if (labels.length === 0 && more === 0) return [`all ${of}`];
  return [`${of} ${labels.join(' ')}${more === 0 ? '' : ` and ${more} expressions`}`.trim()];
}

/** Returns in words which operations a filter leaves. */
export function operationsOf({ operationFilter }: Pick<z.infer<typeof apisSpec>, 'operationFilter'>): string {
  if (operationFilter === null || operationFilter === undefined) return 'all';
  const names = operationFilter.include ?? [];
  return names.length === 0 ? 'none' : `only ${names.join(', ')}`;
}
