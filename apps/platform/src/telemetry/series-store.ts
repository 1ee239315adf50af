import { and, asc, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { SERIES_KINDS, Figures, getMetrics } from '@portolan/contract/telemetry';
import type { ParsedInput } from '../http/input.ts';
import type { Queries } from '../db/database.ts';
import { metricPoints, metricRollups } from './schema.ts';
import { AppError } from '../app-error.ts';
import { figuresOf } from './figures.ts';

type Query = ParsedInput<typeof getMetrics>['query'];
type Kind = (typeof SERIES_KINDS)[number];

const STEP_SECONDS = { '1m': 60, '10m': 600, '1h': 3600, '1d': 86_400 } as const;
const DEFAULT_POINTS = 60;
const ROWS_MAX = 20_000;

interface SeriesFigures {
  readonly clusterId: string;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly points: Figures[];
}

/** Returns derived metrics by series, oldest first; steps without requests have no point. @throws AppError `too-large`. */
export async function readMetrics(
  db: Queries,
  workspace: string,
  clusterId: string | null,
  query: Query,
): Promise<SeriesFigures[]> {
  const seconds = STEP_SECONDS[query.step];
  const until = query.until === undefined ? new Date() : new Date(query.until);
  const since =
    query.since === undefined
      ? new Date(until.getTime() - DEFAULT_POINTS * seconds * 1000)
      : new Date(query.since);
  const rows = await readRows(db, query.step, (table) => [
    eq(table.workspaceId, workspace),
    gte(table.start, since),
    lt(table.start, until),
    ...(clusterId === null ? [] : [eq(table.clusterId, clusterId)]),
    ...(query.kind === undefined ? [] : [eq(table.kind, query.kind)]),
    ...(query.namespace === undefined ? [] : [eq(table.namespace, query.namespace)]),
    ...(query.name === undefined ? [] : [eq(table.name, query.name)]),
  ]);
  if (rows.length > ROWS_MAX) {
    throw new AppError('too-large', `The query matches more than ${ROWS_MAX} data points.`, {
      fix: 'Request a shorter period, a longer step or fewer series.',
    });
  }
  const bySeries = Map.groupBy(rows, (row) => `${row.clusterId} ${row.kind} ${row.namespace} ${row.name}`);
  return [...bySeries.values()].flatMap((points) => {
    const [first] = points;
    if (!first) return [];
    const { clusterId: cluster, kind, namespace, name } = first;
    const figures = points.map(({ start, ...row }) => figuresOf(start, seconds, sumsOf(row)));
    return [{ clusterId: cluster, kind: kind as Kind, namespace, name, points: figures }];
  });
}

type Table = typeof metricPoints | typeof metricRollups;
type Row = typeof metricPoints.$inferSelect | typeof metricRollups.$inferSelect;

async function readRows(
  db: Queries,
  step: Query['step'],
  conditions: (table: Table) => SQL[],
): Promise<Row[]> {
  if (step === '1m') {
    return db
      .select()
      .from(metricPoints)
      .where(and(...conditions(metricPoints)))
      .orderBy(asc(metricPoints.start))
      .limit(ROWS_MAX + 1);
  }
  return db
    .select()
    .from(metricRollups)
    .where(and(eq(metricRollups.step, step), ...conditions(metricRollups)))
    .orderBy(asc(metricRollups.start))
    .limit(ROWS_MAX + 1);
}

function sumsOf(row: Omit<Row, 'start'>) {
  const { requests, errors, clientErrors, responseTimeSum, responseTimeCount, bytesIn, bytesOut } = row;
  return { requests, errors, clientErrors, responseTimeSum, responseTimeCount, bytesIn, bytesOut };
}
