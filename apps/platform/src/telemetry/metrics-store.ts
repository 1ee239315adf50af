import { createHash } from 'node:crypto';
import { lt, sql, type SQL } from 'drizzle-orm';
import type { AgentIdentity } from '@portolan/contract/agent';
import type { Labels, MetricPart, MinutePoint } from '@portolan/contract/telemetry';
import type { Queries } from '../db/database.ts';
import { metricReports } from './schema.ts';
import { STEPS } from './steps.ts';

interface Row extends Omit<MetricPart, 'by' | 'latency'> {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly by: string;
  readonly digest: string;
  readonly start: string;
  readonly total: readonly number[] | null;
  readonly upstream: readonly number[] | null;
  readonly gateway: readonly number[] | null;
}

const SUMS = sql.raw(
  'requests, errors, client_errors, response_time_sum, response_time_count, bytes_in, bytes_out, total, upstream, gateway',
);
const SUMMED =
  sql.raw(`sum(requests), sum(errors), sum(client_errors), sum(response_time_sum), sum(response_time_count),
  sum(bytes_in), sum(bytes_out), histogram_sum(total), histogram_sum(upstream), histogram_sum(gateway)`);

export interface MinuteBatch {
  /** What counted them; undefined for agents that do not name it. */
  readonly counter?: string | undefined;
  readonly points: readonly MinutePoint[];
}

const ADDED_UP = sql.raw(`(series_id, start) do update set
  requests = p.requests + excluded.requests, errors = p.errors + excluded.errors,
  client_errors = p.client_errors + excluded.client_errors,
  response_time_sum = p.response_time_sum + excluded.response_time_sum,
  response_time_count = p.response_time_count + excluded.response_time_count,
  bytes_in = p.bytes_in + excluded.bytes_in, bytes_out = p.bytes_out + excluded.bytes_out,
  total = histogram_add(p.total, excluded.total), upstream = histogram_add(p.upstream, excluded.upstream),
  gateway = histogram_add(p.gateway, excluded.gateway)`);
/** Only what was stored, but not confirmed, is sent again: as soon as the platform is back. */
const REPORTS_KEPT_MS = 8 * 24 * 3600_000;

/**
 * Stores minutes and adds new ones to the sums of longer steps, in one statement. Idempotent: a minute of one counter is stored
 * once, and those of several counters, such as the replicas of an agent, add up. Rows are sorted by series, so that concurrent
 * batches cannot deadlock.
 */
export async function storeMinutes(
  db: Queries,
  identity: AgentIdentity,
  { counter, points: sent }: MinuteBatch,
): Promise<void> {
  const points = counter === undefined ? sent : await freshPoints(db, identity, { counter, points: sent });
  if (points.length === 0) return;
  const rows = JSON.stringify(points.flatMap(rowsOf));
  await ensureSeries(db, identity, rows);
  const onConflict = counter === undefined ? sql`do nothing` : ADDED_UP;
  const additions = STEPS.slice(1).map(({ table, seconds }) => addition(table, seconds));
  const [first, ...others] = additions;
  await db.execute(sql`
    with input as (
      select distinct on (s.id, date_trunc('minute', p.start)) s.id as series_id, date_trunc('minute', p.start) as start,
        p.requests, p.errors, p."clientErrors" as client_errors, p."responseTimeSum" as response_time_sum,
        p."responseTimeCount" as response_time_count, p."bytesIn" as bytes_in, p."bytesOut" as bytes_out, p.total, p.upstream, p.gateway
      from jsonb_to_recordset(${rows}::jsonb) as p(digest uuid, start timestamptz, requests bigint, errors bigint,
        "clientErrors" bigint, "responseTimeSum" float8, "responseTimeCount" bigint, "bytesIn" float8, "bytesOut" float8,
        total bigint[], upstream bigint[], gateway bigint[])
      join metric_series s on s.cluster_id = ${identity.clusterId} and s.digest = p.digest
      order by s.id, date_trunc('minute', p.start)
    ), stored as (
      insert into metric_1m as p (series_id, start, ${SUMS}) select * from input
      on conflict ${onConflict} returning series_id, start
    ), fresh as (
      select input.* from input join stored using (series_id, start)
    ), ${sql.join(
      others.map((statement, at) => sql`${sql.raw(`step${at}`)} as (${statement})`),
      sql`, `,
    )}
    ${first ?? sql``}`);
}

/** Returns the statement that adds the fresh minutes to the points of a longer step. */
function addition(table: string, seconds: number): SQL {
  const to = sql.raw(table);
  return sql`insert into ${to} as p (series_id, start, ${SUMS})
    select series_id, date_bin(make_interval(secs => ${seconds}), start, 'epoch'::timestamptz) as bucket, ${SUMMED}
    from fresh group by series_id, bucket order by series_id, bucket
    on conflict ${ADDED_UP}`;
}

/** Returns the points of the minutes that this counter has not reported before, and notes them as reported. */
async function freshPoints(
  db: Queries,
  { clusterId, workspace: workspaceId }: AgentIdentity,
  { counter, points }: MinuteBatch & { readonly counter: string },
): Promise<readonly MinutePoint[]> {
  const minutes = [...new Set(points.map(({ minute }) => Date.parse(minute)))].toSorted((a, b) => a - b);
  if (minutes.length === 0) return [];
  const noted = await db
    .insert(metricReports)
    .values(minutes.map((minute) => ({ clusterId, workspaceId, counter, minute: new Date(minute) })))
    .onConflictDoNothing()
    .returning({ minute: metricReports.minute });
  const fresh = new Set(noted.map(({ minute }) => minute.getTime()));
  return points.filter(({ minute }) => fresh.has(Date.parse(minute)));
}

/** Forgets which minutes were reported, long after they can be sent again. */
export async function pruneMetricReports(db: Queries, now = Date.now()): Promise<void> {
  await db.delete(metricReports).where(lt(metricReports.receivedAt, new Date(now - REPORTS_KEPT_MS)));
}

/** Lists series that are new. A statement before the one that reads them, which then sees those of concurrent batches too. */
async function ensureSeries(
  db: Queries,
  { clusterId, workspace }: AgentIdentity,
  rows: string,
): Promise<void> {
  await db.execute(sql`
    insert into metric_series (cluster_id, workspace_id, kind, namespace, name, divided_by, labels, digest)
    select distinct on (p.digest) ${clusterId}, ${workspace}, p.kind, p.namespace, p.name, p.by, p.labels, p.digest
    from jsonb_to_recordset(${rows}::jsonb) as p(digest uuid, kind text, namespace text, name text, by text, labels jsonb)
    where not exists (select from metric_series s where s.cluster_id = ${clusterId} and s.digest = p.digest)
    order by p.digest
    on conflict do nothing`);
}

/** Returns the rows of a point: all of its traffic, and its parts. */
function rowsOf({ series, minute, latency, parts = [], ...sums }: MinutePoint): Row[] {
  const whole = rowOf(series, minute, { by: '', labels: {}, latency, ...sums });
  return [whole, ...parts.map((part) => rowOf(series, minute, part))];
}

function rowOf(
  series: MinutePoint['series'],
  start: string,
  { latency, ...part }: Omit<MetricPart, 'by'> & { readonly by: string },
): Row {
  return {
    ...series,
    ...part,
    start,
    digest: digestOf(series, part),
    total: latency?.total ?? null,
    upstream: latency?.upstream ?? null,
    gateway: latency?.gateway ?? null,
  };
}

/** Returns what identifies a series within a cluster, as a UUID. The migration that introduced series computes it too. */
function digestOf(
  { kind, namespace, name }: MinutePoint['series'],
  { by, labels }: { readonly by: string; readonly labels: Labels },
): string {
  const pairs = Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .toSorted();
  const text = [kind, namespace, name, by, ...pairs].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
