import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { ListQuery } from '@portolan/contract/list';
import { objectOwner, type ApiView } from '@portolan/contract/resources';
import type { Transaction } from '../../db/database.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';
import { querySource } from '../../lists/query-list.ts';
import { RESOURCE_STATE } from '../list/store.ts';
import type { ApiExposures } from './api-exposures.ts';

// The last complete minute, or the previous one if the agent has not reported it yet.
const ROWS = sql`(select *, true as is_reported from resources where kind = 'API' and api_version like 'hub.traefik.io/%') r
  join clusters c on c.id = r.cluster_id
  left join lateral (
    select p.requests, p.errors, p.client_errors, p.response_time_sum, p.response_time_count, p.bytes_in, p.bytes_out, p.total
    from metric_series s join metric_1m p on p.series_id = s.id
    where s.workspace_id = r.workspace_id and s.cluster_id = r.cluster_id and s.kind = 'api' and s.divided_by = ''
      and s.namespace = coalesce(r.namespace, '') and s.name = r.name
      and p.start >= date_trunc('minute', now()) - interval '2 minutes' and p.start < date_trunc('minute', now())
    order by p.start desc limit 1
  ) m on true`;

const text = { type: 'text', isSearched: true } as const;
const perSecond = (sum: SQL) => sql`(coalesce(${sum}, 0) / 60.0)`;
const ratio = (part: SQL) => sql`(coalesce(${part}, 0) / nullif(m.requests, 0)::float8)`;
const quantileMs = (share: number) => sql`(histogram_quantile(m.total, ${share}) * 1000)`;
const averageMs = sql`(m.response_time_sum * 1000 / nullif(m.response_time_count, 0))`;

const columns: ListColumns = {
  key: { type: 'text', sql: sql`r.key` },
  name: { ...text, sql: sql`r.name` },
  namespace: { ...text, isNullable: true, sql: sql`r.namespace` },
  cluster: { ...text, sql: sql`c.name` },
  pathPrefix: { ...text, sql: sql`coalesce(r.object -> 'spec' ->> 'pathPrefix', '')` },
  currentVersion: { type: 'text', isNullable: true, sql: sql`(r.object -> 'spec' ->> 'currentVersion')` },
  owner: { type: 'text', sql: sql`(r.owner ->> 'kind')` },
  state: { type: 'text', sql: RESOURCE_STATE },
  requestsPerSecond: { type: 'number', sql: perSecond(sql`m.requests`) },
  errorsPerSecond: { type: 'number', sql: perSecond(sql`m.errors`) },
  clientErrorsPerSecond: { type: 'number', sql: perSecond(sql`m.client_errors`) },
  averageResponseMs: { type: 'duration', isNullable: true, sql: averageMs },
  errorRatio: { type: 'number', sql: sql`coalesce(${ratio(sql`m.errors`)}, 0)` },
  clientErrorRatio: { type: 'number', sql: sql`coalesce(${ratio(sql`m.client_errors`)}, 0)` },
  p50Ms: { type: 'duration', isNullable: true, sql: quantileMs(0.5) },
  p95Ms: { type: 'duration', isNullable: true, sql: quantileMs(0.95) },
  p99Ms: { type: 'duration', isNullable: true, sql: quantileMs(0.99) },
  updatedAt: { type: 'time', sql: sql`r.updated_at` },
  age: { type: 'time', sql: sql`r.updated_at` },
  'label.*': (label) => ({ type: 'text', isNullable: true, sql: sql`(r.labels ->> ${label})` }),
};

const version = z.object({ name: z.string(), release: z.string().nullable(), title: z.string().nullable() });

const rowSchema = z.object({
  id: z.string(),
  key: z.string(),
  cluster_id: z.string(),
  cluster: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
  path_prefix: z.string(),
  current_version: z.string().nullable(),
  versions: z.array(version),
  owner: objectOwner,
  state: z.enum(['synced', 'pending', 'refused']),
  urls: z.array(z.string()),
  requests_per_second: z.coerce.number(),
  errors_per_second: z.coerce.number(),
  client_errors_per_second: z.coerce.number(),
  average_response_ms: z.coerce.number().nullable(),
  error_ratio: z.coerce.number(),
  client_error_ratio: z.coerce.number(),
  p50_ms: z.coerce.number().nullable(),
  p95_ms: z.coerce.number().nullable(),
  p99_ms: z.coerce.number().nullable(),
  requests: z.coerce.number(),
  errors: z.coerce.number(),
  client_errors: z.coerce.number(),
  bytes_in_per_second: z.coerce.number(),
  bytes_out_per_second: z.coerce.number(),
  updated_at: z.coerce.date(),
});
type Row = z.output<typeof rowSchema>;

const SELECTED = sql`r.cluster_id || ' ' || r.key as id, r.key, r.cluster_id, c.name as cluster, r.namespace, r.name,
  coalesce(r.object -> 'spec' ->> 'pathPrefix', '') as path_prefix, r.object -> 'spec' ->> 'currentVersion' as current_version,
  coalesce((
    select jsonb_agg(jsonb_build_object('name', v.name, 'release', v.object -> 'spec' ->> 'release', 'title', v.object -> 'spec' ->> 'title') order by v.name)
    from resources v where v.cluster_id = r.cluster_id and v.kind = 'APIVersion' and v.namespace is not distinct from r.namespace
      and (v.object -> 'spec' ->> 'apiName' = r.name
        or r.object -> 'spec' -> 'versions' @> jsonb_build_array(jsonb_build_object('name', v.name)))), '[]') as versions,
  r.owner, ${RESOURCE_STATE} as state, r.urls, ${perSecond(sql`m.requests`)} as requests_per_second,
  ${perSecond(sql`m.errors`)} as errors_per_second, ${perSecond(sql`m.client_errors`)} as client_errors_per_second,
  ${averageMs} as average_response_ms, coalesce(${ratio(sql`m.errors`)}, 0) as error_ratio,
  coalesce(${ratio(sql`m.client_errors`)}, 0) as client_error_ratio, ${quantileMs(0.5)} as p50_ms,
  ${quantileMs(0.95)} as p95_ms, ${quantileMs(0.99)} as p99_ms, coalesce(m.requests, 0) as requests,
  coalesce(m.errors, 0) as errors, coalesce(m.client_errors, 0) as client_errors,
  ${perSecond(sql`m.bytes_in`)} as bytes_in_per_second, ${perSecond(sql`m.bytes_out`)} as bytes_out_per_second, r.updated_at`;

/** Returns one page of a workspace's APIs, with their exposure and the metrics of the last minute. */
export async function listApiPage(
  tx: Transaction,
  workspace: string,
  query: ListQuery,
  exposures: ApiExposures,
): Promise<{ items: ApiView[]; total: number; matched: number; next: string | null }> {
  const page = await readPage<Row, Row>(
    tx,
    query,
    querySource(
      tx,
      { selected: SELECTED, from: ROWS, row: rowSchema },
      {
        columns,
        sort: 'name',
        id: sql`(r.cluster_id || ' ' || r.key)`,
        scope: sql`r.workspace_id = ${workspace}`,
      },
    ),
    (row) => row,
  );
  const items: ApiView[] = [];
  for (const row of page.items) items.push(viewOf(row, await exposures.of(tx, row.cluster_id)));
  return { ...page, items };
}

function viewOf(row: Row, exposures: Awaited<ReturnType<ApiExposures['of']>>): ApiView {
  const exposure = exposures.get(row.key);
  return {
    key: row.key,
    clusterId: row.cluster_id,
    cluster: row.cluster,
    namespace: row.namespace ?? '',
    name: row.name,
    pathPrefix: row.path_prefix,
    currentVersion: row.current_version,
    versions: row.versions,
    collections: [...(exposure?.collections ?? [])],
    gateways: [...(exposure?.gateways ?? [])],
    urls: row.urls,
    routes: [...(exposure?.routes ?? [])],
    access: [...(exposure?.access ?? [])],
    state: row.state,
    owner: row.owner,
    rate: {
      requestsPerSecond: row.requests_per_second,
      errorsPerSecond: row.errors_per_second,
      clientErrorsPerSecond: row.client_errors_per_second,
      averageResponseMs: row.average_response_ms,
      errorRatio: row.error_ratio,
      clientErrorRatio: row.client_error_ratio,
      p50Ms: row.p50_ms,
      p95Ms: row.p95_ms,
      p99Ms: row.p99_ms,
      requests: row.requests,
      errors: row.errors,
      clientErrors: row.client_errors,
      bytesInPerSecond: row.bytes_in_per_second,
      bytesOutPerSecond: row.bytes_out_per_second,
    },
    updatedAt: row.updated_at.toISOString(),
  };
}
