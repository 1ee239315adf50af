import { topMetrics, type MetricGroup, type MetricsGroup } from '@portolan/contract/metrics-top';
import { formatChange, formatPercent, formatSecondsAsMs, FIGURES } from './figure-words.ts';
import { formatBytes, formatNumber } from './format.ts';
import type { Column, Kind } from './kind.ts';
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

/** Returns the columns of groups of traffic; `title` names what they are grouped by. */
export const groupColumns = (title: string): readonly Column<MetricsGroup>[] => [
  { id: 'name', title, type: 'text', value: (row) => row.title || '(none)', min: 16, max: 60 },
  number('requests', 'REQUESTS', ({ figures }) => figures.requests),
  { ...number('share', 'SHARE', ({ share }) => share, formatPercent), drop: 3 },
  {
    id: 'change',
    title: 'CHANGE',
    type: 'text',
    value: ({ figures, previous }) => formatChange(figures.requests, previous?.requests),
    right: true,
    drop: 4,
  },
  {
    ...number('errors', '5xx', ({ figures }) => figures.errors),
    tone: ({ figures }) => (figures.errors > 0 ? 'bad' : 'plain'),
  },
  { ...number('errorRatio', '5xx %', ({ figures }) => figures.errorRatio, formatPercent), drop: 2 },
  { ...number('clientErrors', '4xx', ({ figures }) => figures.clientErrors), drop: 1 },
  {
    ...number('clientErrorRatio', '4xx %', ({ figures }) => figures.clientErrorRatio, formatPercent),
    wide: true,
  },
  { ...number('avg', 'AVG', ({ figures }) => figures.averageResponseTime, formatSecondsAsMs), drop: 5 },
  { ...number('p99', 'P99', ({ figures }) => figures.p99, formatSecondsAsMs), drop: 6 },
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
}

/** Returns a kind whose rows are the groups of all APIs' traffic of the last hour. */
function trafficKind({ by, column, ...names }: TrafficKind): Kind<MetricsGroup> {
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
    tabs: ({ figures, previous }) => [
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
              text(figures),
              previous === null ? '–' : text(previous),
              formatChange(
                value(figures) ?? 0,
                previous === null ? undefined : (value(previous) ?? undefined),
              ),
            ]),
            empty: '',
          },
        ],
      },
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
});
