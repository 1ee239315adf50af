import type { MetricGroup, MetricOrder, topMetrics } from '@portolan/contract/metrics-top';
import type { Figures, Division, Label, Labels } from '@portolan/contract/telemetry';
import type { z } from 'zod';
import { AppError } from '../app-error.ts';
import { getCluster } from '../clusters/service.ts';
import type { Transaction } from '../db/database.ts';
import type { ParsedInput } from '../http/input.ts';
import { addSums, figuresOf, NOTHING, type Sums } from './figures.ts';
import { STEPS, type Step } from './steps.ts';
import { countInventory, findTitles, sumGroups, type GroupSums, type Selection } from './top-store.ts';

type Query = ParsedInput<typeof topMetrics>['query'];
type Top = z.output<typeof topMetrics.response>;

const HOUR_MS = 3_600_000;
/** A period of more points is read in a longer step. */
const POINTS_MAX = 600;

const DIVISION_OF: Readonly<Record<Exclude<Label, 'version'>, Division>> = {
  class: 'outcome',
  source: 'outcome',
  reason: 'outcome',
  operation: 'operation',
  status: 'operation',
  user: 'consumer',
  groups: 'consumer',
  application: 'consumer',
  key: 'consumer',
};

/** Returns the groups of a period with the highest figures, all of them together, and both for the period before. */
export async function readTop(tx: Transaction, workspace: string, query: Query): Promise<Top> {
  const until = query.until === undefined ? new Date() : new Date(query.until);
  const since = query.since === undefined ? new Date(until.getTime() - HOUR_MS) : new Date(query.since);
  if (since >= until) throw emptyPeriod();
  const labels = labelsOf(query);
  const step = stepFor(since, until);
  const selection: Selection = {
    workspace,
    kind: query.kind,
    namespace: query.namespace,
    name: query.name,
    clusterId: query.cluster === undefined ? null : (await getCluster(tx, workspace, query.cluster)).id,
    division: divisionOf(query.by, labels),
    labels,
    step,
    since: new Date(Math.floor(since.getTime() / (step.seconds * 1000)) * step.seconds * 1000),
    until,
  };
  const lengthMs = until.getTime() - selection.since.getTime();
  const before = {
    ...selection,
    since: new Date(selection.since.getTime() - lengthMs),
    until: selection.since,
  };
  const now = await sumGroups(tx, query.by, selection);
  const seconds = lengthMs / 1000;
  const ranked = rank(now, { query, seconds, start: selection.since });
  const values = ranked.map(({ value }) => value);
  // Parts are many: of the period before, only those that are listed are read.
  const isWhole = selection.division === null;
  const earlier = await sumGroups(tx, query.by, before, isWhole ? undefined : values);
  return {
    since: selection.since.toISOString(),
    until: until.toISOString(),
    step: step.step,
    total: figuresOf(selection.since, seconds, await totalOf(tx, selection, now)),
    previous: figuresOf(before.since, seconds, isWhole ? addSums(earlier) : await sumAll(tx, before)),
    groups: await describe(tx, { query, seconds, before, earlier }, ranked, requestsOf(now)),
    others: now.length - ranked.length,
    inventory: await countInventory(tx, workspace, selection.clusterId),
  };
}

/**
 * Sums all that is selected. Without labels that is what series are counted as wholes, which are fewer than their parts; their histograms
 * are added where they are of one object, since adding those of thousands takes seconds.
 */
async function sumAll(tx: Transaction, selection: Selection): Promise<Sums> {
  if (Object.keys(selection.labels).length > 0) return addSums(await sumGroups(tx, 'name', selection));
  const withTimes = selection.name !== undefined;
  return addSums(await sumGroups(tx, 'name', { ...selection, division: null, withTimes }));
}

/** The groups are all there is; those of one object lack the histograms that it has as a whole. */
async function totalOf(tx: Transaction, selection: Selection, groups: readonly GroupSums[]): Promise<Sums> {
  return selection.division === null || selection.name === undefined
    ? addSums(groups)
    : sumAll(tx, selection);
}

interface Ranked {
  readonly value: string;
  readonly figures: Figures;
}

function rank(
  groups: readonly GroupSums[],
  { query, seconds, start }: { readonly query: Query; readonly seconds: number; readonly start: Date },
): readonly Ranked[] {
  return groups
    .map(({ value, ...sums }) => ({ value, figures: figuresOf(start, seconds, sums) }))
    .toSorted(
      (a, b) =>
        orderOf(b.figures, query.sort) - orderOf(a.figures, query.sort) || (a.value < b.value ? -1 : 1),
    )
    .slice(0, query.limit);
}

/** Adds to groups what they are called, their share, and the period before. */
async function describe(
  tx: Transaction,
  period: {
    readonly query: Query;
    readonly seconds: number;
    readonly before: Selection;
    readonly earlier: readonly GroupSums[];
  },
  ranked: readonly Ranked[],
  total: number,
): Promise<Top['groups']> {
  const { query, seconds, before, earlier } = period;
  const values = ranked.map(({ value }) => value);
  const titles = await findTitles(tx, before.workspace, query.by, values);
  const former = new Map(earlier.map(({ value, ...sums }) => [value, sums]));
  return ranked.map(({ value, figures }) => ({
    value,
    title: titles.get(value) ?? value,
    figures,
    share: total === 0 ? 0 : figures.requests / total,
    previous: figuresOf(before.since, seconds, former.get(value) ?? NOTHING),
  }));
}

function requestsOf(groups: readonly GroupSums[]): number {
  return groups.reduce((sum, { requests }) => sum + requests, 0);
}

function orderOf(figures: Figures, sort: MetricOrder): number {
  return figures[sort] ?? -1;
}

/** Returns the shortest step that still has the period, in no more points than a chart can show. */
export function stepFor(since: Date, until: Date, now = Date.now()): Step {
  const lengthMs = until.getTime() - since.getTime();
  return (
    STEPS.find(
      ({ seconds, keptMs }) =>
        // The period before is compared with.
        lengthMs / (seconds * 1000) <= POINTS_MAX && since.getTime() - lengthMs >= now - keptMs,
    ) ?? STEPS[3]
  );
}

function labelsOf(query: Query): Labels {
  const {
    version,
    class: statusClass,
    source,
    reason,
    operation,
    status,
    user,
    groups,
    application,
    key,
  } = query;
  const all = {
    version,
    class: statusClass,
    source,
    reason,
    operation,
    status,
    user,
    groups,
    application,
    key,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Returns the division that has all labels that are asked for. @throws AppError where they are of several. */
function divisionOf(by: MetricGroup, labels: Labels): Division | null {
  const asked = [...Object.keys(labels), ...(by === 'name' || by === 'cluster' ? [] : [by])] as Label[];
  const divisions = new Set(asked.flatMap((label) => (label === 'version' ? [] : [DIVISION_OF[label]])));
  if (divisions.size > 1) {
    throw new AppError('invalid-request', `Requests are not counted by ${asked.join(' and ')} together.`, {
      fields: [{ field: 'by', message: `cannot be combined with ${Object.keys(labels).join(', ')}` }],
      fix: 'Combine status class, source and reason; or operation and status; or user, groups, application and key; each with the version.',
    });
  }
  const [division] = divisions;
  return division ?? (asked.includes('version') ? 'outcome' : null);
}

function emptyPeriod(): AppError {
  return new AppError('invalid-request', 'The period ends before it begins.', {
    fields: [{ field: 'since', message: 'must be before `until`' }],
    fix: 'Choose an earlier beginning.',
  });
}
