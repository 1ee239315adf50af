import { topMetrics, type MetricGroup, type MetricsGroup } from '@portolan/contract/metrics-top';
import { toned, type Block, type Cell } from './block.ts';
import { changesBlock, readChanges } from './change-marks.ts';
import { FIGURES, formatChange, formatPercent, formatSecondsAsMs } from './figure-words.ts';
import { formatNumber } from './format.ts';
import type { Session, Tab } from './kind.ts';

const HOUR_MS = 3_600_000;
const ROWS = 50;

/** What is measured: an API, or one version of one. */
export interface Measured {
  readonly namespace: string;
  readonly name: string;
  readonly cluster?: string;
  readonly version?: string;
}

/** Everything measured in the last hour with the hour before, whether the gateway or the upstream is slow or refuses, and what changed. */
export function trafficTab(measured: Measured): Tab {
  return {
    id: 'traffic',
    title: 'Traffic',
    blocks: [],
    topics: ['metrics'],
    async read(session, signal) {
      const [outcomes, changes] = await Promise.all([
        readTop(session, measured, { by: 'reason', sort: 'requests' }, signal),
        readChanges(
          session,
          { since: new Date(Date.now() - 2 * HOUR_MS), namespace: measured.namespace, name: measured.name },
          signal,
        ),
      ]);
      const sources = await readTop(session, measured, { by: 'source', sort: 'requests' }, signal);
      // Parts have no histograms by outcome; all of it has.
      const { total, previous } = await readTop(session, measured, { by: 'name' }, signal);
      return [
        {
          type: 'table',
          title: 'Last hour',
          head: ['FIGURE', 'NOW', 'HOUR BEFORE', 'CHANGE'],
          rows: FIGURES.map(({ title, value, text }) => [
            title,
            text(total),
            text(previous),
            formatChange(value(total) ?? 0, value(previous) ?? undefined),
          ]),
          empty: '',
        },
        groupTable('Who answered', 'SOURCE', sources.groups),
        groupTable(
          'Why the gateway refused',
          'REASON',
          outcomes.groups.filter(({ value }) => value !== ''),
          'It refused nothing in the last hour.',
        ),
        changesBlock('What changed in the last two hours', changes),
      ];
    },
  };
}

/** The operations of an API by traffic of the last hour. */
export function operationsTab(measured: Measured): Tab {
  return {
    id: 'operations',
    title: 'Operations',
    blocks: [],
    topics: ['metrics'],
    async read(session, signal) {
      const { groups, others } = await readTop(session, measured, { by: 'operation' }, signal);
      const empty = 'No requests in the last hour.';
      return [
        groupTable(`Last hour, busiest first${beside(others)}`, 'OPERATION', groups, empty),
        groupTable(
          'By status',
          'STATUS',
          (await readTop(session, measured, { by: 'status' }, signal)).groups,
          empty,
        ),
      ];
    },
  };
}

/** Which versions of an API an operation is called in and how fast each is, with what changed. */
export function operationVersionsTab(of: {
  readonly namespace: string;
  readonly name: string;
  readonly operation: string;
}): Tab {
  return {
    id: 'versions',
    title: 'Versions and changes',
    blocks: [],
    topics: ['metrics'],
    async read(session, signal) {
      const { operation, ...measured } = of;
      const since = new Date(Date.now() - 2 * HOUR_MS);
      const [byVersion, byStatus, changes] = await Promise.all([
        readTop(session, measured, { by: 'version', operation }, signal),
        readTop(session, measured, { by: 'status', operation }, signal),
        readChanges(session, { since, ...measured }, signal),
      ]);
      return [
        groupTable('Last hour, by version', 'VERSION', byVersion.groups),
        groupTable('By status', 'STATUS', byStatus.groups),
        changesBlock('What changed in the last two hours', changes),
      ];
    },
  };
}

/** Who called an API in the last day, most affected by errors first, and by which version. */
export function callersTab(measured: Measured): Tab {
  return {
    id: 'callers',
    title: 'Callers',
    blocks: [],
    topics: ['metrics'],
    async read(session, signal) {
      const since = new Date(Date.now() - 24 * HOUR_MS).toISOString();
      const by = async (group: MetricGroup, head: string, title: string): Promise<Block> => {
        const top = await readTop(session, measured, { by: group, since }, signal);
        const known = top.groups.filter(({ value }) => value !== '');
        return groupTable(`${title}${beside(top.others)}`, head, known, 'None in the last 24 hours.');
      };
      return [
        await by('user', 'USER', 'Users, last 24 hours'),
        await by('application', 'APPLICATION', 'Applications'),
        await by('key', 'API KEY', 'API keys'),
        await by('version', 'VERSION', 'Versions they call'),
      ];
    },
  };
}

interface TopQuery {
  readonly by: MetricGroup;
  readonly sort?: 'requests' | 'errors';
  readonly since?: string;
  readonly operation?: string;
}

function readTop(
  { client, workspace }: Session,
  measured: Measured,
  { by, sort = 'requests', since, operation }: TopQuery,
  signal?: AbortSignal,
) {
  const { version, ...object } = measured;
  const query = {
    ...object,
    kind: 'api',
    by,
    sort,
    limit: ROWS,
    ...(version === undefined ? {} : { version }),
    ...(since === undefined ? {} : { since }),
    ...(operation === undefined ? {} : { operation }),
  } as const;
  return client.call(topMetrics, { params: { workspace }, query }, signal);
}

const GROUP_HEAD = ['REQUESTS', 'SHARE', 'CHANGE', '5XX', '5XX %', '4XX', 'AVG', 'P99', 'P99 BEFORE'];

/** Returns a table of groups with their figures. */
function groupTable(
  title: string,
  head: string,
  groups: readonly MetricsGroup[],
  empty = 'No requests in the last hour.',
): Block {
  return {
    type: 'table',
    title,
    head: [head, ...GROUP_HEAD],
    rows: groups.map(({ title: name, figures, share, previous }): Cell[] => [
      name === '' ? 'none' : name,
      formatNumber(figures.requests),
      formatPercent(share),
      formatChange(figures.requests, previous?.requests),
      figures.errors > 0 ? toned('bad', formatNumber(figures.errors)) : '0',
      formatPercent(figures.errorRatio),
      formatNumber(figures.clientErrors),
      formatSecondsAsMs(figures.averageResponseTime),
      formatSecondsAsMs(figures.p99),
      formatSecondsAsMs(previous?.p99 ?? null),
    ]),
    empty,
  };
}

function beside(others: number): string {
  return others === 0 ? '' : ` (${others} more)`;
}
