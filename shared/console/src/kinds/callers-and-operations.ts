import { topMetrics, type MetricGroup, type MetricsGroup } from '@portolan/contract/metrics-top';
import { formatChange, formatPercent, formatSecondsAsMs, FIGURES } from './figure-words.ts';
import { formatBytes, formatNumber } from './format.ts';
import type { Column, Kind, Tab } from './kind.ts';
import { operationRequestsTab } from './requests-tab.ts';
import { operationVersionsTab } from './traffic-tabs.ts';
import type { KindName } from './kind-titles.ts';
import { wholeList } from './whole-list.ts';

const ROWS = 500;
const POLL_MS = 15_000;

const number = (
  id: string,
  title: string,
  value: (row: MetricsGroup) => number | null,
  text: (value: number) => string = formatNumber,
): Column<MetricsGroup> => ({
  id,
  title,
  type: 'number',
  value,
  text: (row) => {
    const found = value(row);
    return found === null ? '–' : text(found);
  },
  right: true,
});

/** An operation that takes half as long again as before stands out. */
const SLOWER = 0.5;

/** Returns by how much p99 rose against the period before, as a share of it; null without times in both. */
function slowerBy({ figures, previous }: MetricsGroup): number | null {
  const before = previous?.p99 ?? null;
  return figures.p99 === null || before === null ? null : figures.p99 / before - 1;
}

/** Returns the columns of groups of traffic; `title` names what they are grouped by. */
export const groupColumns = (title: string): readonly Column<MetricsGroup>[] => [
  { id: 'name', title, type: 'text', value: (row) => row.title || '(none)', min: 16, max: 60 },
  number('requests', 'REQUESTS', ({ figures }) => figures.requests),
  { ...number('share', 'SHARE', ({ share }) => share, formatPercent), drop: 7 },
  {
    id: 'change',
    title: 'CHANGE',
    type: 'text',
    value: ({ figures, previous }) => formatChange(figures.requests, previous?.requests),
    right: true,
    drop: 5,
  },
  {
    ...number('errors', '5xx', ({ figures }) => figures.errors),
    tone: ({ figures }) => (figures.errors > 0 ? 'bad' : 'plain'),
  },
  { ...number('errorRatio', '5xx %', ({ figures }) => figures.errorRatio, formatPercent), drop: 6 },
  { ...number('clientErrors', '4xx', ({ figures }) => figures.clientErrors), drop: 4 },
  {
    ...number('clientErrorRatio', '4xx %', ({ figures }) => figures.clientErrorRatio, formatPercent),
    wide: true,
  },
  { ...number('avg', 'AVG', ({ figures }) => figures.averageResponseTime, formatSecondsAsMs), drop: 8 },
  { ...number('p99', 'P99', ({ figures }) => figures.p99, formatSecondsAsMs), drop: 3 },
  {
    ...number('slower', 'P99 CHANGE', slowerBy, (ratio) => formatChange(1 + ratio, 1)),
    tone: (row) => ((slowerBy(row) ?? 0) >= SLOWER ? 'bad' : 'plain'),
    drop: 2,
  },
  { ...number('bytesIn', 'IN', ({ figures }) => figures.bytesIn, formatBytes), wide: true },
  { ...number('bytesOut', 'OUT', ({ figures }) => figures.bytesOut, formatBytes), wide: true },
];

interface TrafficKind {
  readonly name: KindName;
  readonly singular: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly by: MetricGroup;
  readonly column: string;
  /** Tabs beside the figures. */
  readonly tabs?: (row: MetricsGroup) => readonly Tab[];
}

/** Returns a kind whose rows are the groups of all APIs' traffic of the last hour. */
function trafficKind({ by, column, tabs, ...names }: TrafficKind): Kind<MetricsGroup> {
  const columns = groupColumns(column);
  const kind: Kind<MetricsGroup> = {
    ...names,
    topics: ['metrics'],
    sort: '-requests',
    pollMs: POLL_MS,
    empty: 'No API was called in the last hour.',
    columns,
    id: (row) => row.value || '(none)',
    label: (row) => row.title || '(none)',
    async fetch({ client, workspace }, query, signal) {
      const { groups, others } = await client.call(
        topMetrics,
        { params: { workspace }, query: { by, limit: ROWS } },
        signal,
      );
      const page = wholeList(kind, groups, query);
      return { ...page, total: page.total + others };
    },
    tabs: (row) => [
      {
        id: 'figures',
        title: 'Figures',
        blocks: [
          {
            type: 'table',
            title: 'Last hour',
            head: ['FIGURE', 'NOW', 'HOUR BEFORE', 'CHANGE'],
            rows: FIGURES.map(({ title, value, text }) => [
              title,
              text(row.figures),
              row.previous === null ? '–' : text(row.previous),
              formatChange(
                value(row.figures) ?? 0,
                row.previous === null ? undefined : (value(row.previous) ?? undefined),
              ),
            ]),
            empty: '',
          },
        ],
      },
      ...(tabs?.(row) ?? []),
    ],
  };
  return kind;
}

/** Who calls APIs: users by the e-mail address, with all they call. */
export const callers = trafficKind({
  name: 'callers',
  singular: 'caller',
  title: 'Callers',
  aliases: ['caller', 'consumers'],
  by: 'user',
  column: 'USER',
});

/** Operations of all APIs, by the templates of their OpenAPI documents. */
export const operations = trafficKind({
  name: 'operations',
  singular: 'operation',
  title: 'Operations',
  aliases: ['operation'],
  by: 'operation',
  column: 'OPERATION',
  tabs: ({ value }) => {
    const { api, operation } = operationOf(value);
    const [namespace = '', name = ''] = api.split('/');
    return [operationRequestsTab({ api, operation }), operationVersionsTab({ namespace, name, operation })];
  },
});

/** Splits `air/flights GET /flights/{id}` into the API and the operation. */
function operationOf(value: string): { readonly api: string; readonly operation: string } {
  const at = value.indexOf(' ');
  return { api: value.slice(0, at), operation: value.slice(at + 1) };
}
