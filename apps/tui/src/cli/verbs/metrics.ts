import { METRIC_GROUPS, METRIC_ORDERS, topMetrics, type MetricsGroup } from '@portolan/contract/metrics-top';
import type { Figures, SERIES_KINDS } from '@portolan/contract/telemetry';
import { usageFailure } from '@portolan/console/failure';
import { FIGURES, formatChange } from '@portolan/console/kinds/figure-words';
import { formatTime } from '@portolan/console/kinds/format';
import type { Column } from '@portolan/console/kinds/kind';
import { groupColumns } from '@portolan/console/kinds/callers-and-operations';
import { connect } from '../connect.ts';
import { namespaceFlag, platformFlags } from '../flags.ts';
import { noWords, oneOf } from '../read-words.ts';
import { Table } from '../table.ts';
import { plainTheme } from '../plain-theme.ts';
import { readSeconds } from '../read-seconds.ts';
import type { Arguments, Flags, Verb } from '../verb.ts';
import { print, printData, tell, type Io } from '../../terminal/io.ts';

const KINDS: typeof SERIES_KINDS = ['api', 'api-version', 'edge-ingress', 'ingress', 'service'];
const SINCE_DEFAULT = '1h';
/** Labels that requests can be narrowed down to. */
const FILTERS = [
  'version',
  'class',
  'source',
  'reason',
  'operation',
  'status',
  'user',
  'application',
  'key',
] as const;

const commonFlags: Flags = {
  since: {
    type: 'string',
    value: 'TIME',
    help: `length of the period, such as 15m, 24h or 365d; ${SINCE_DEFAULT} by default`,
  },
  until: {
    type: 'string',
    value: 'TIME',
    help: 'how long ago the period ended, such as 2h; now by default',
  },
  kind: { type: 'string', value: 'KIND', choices: KINDS, help: 'what is measured; api by default' },
  api: { type: 'string', value: 'NAME', complete: { of: 'apis' }, help: 'only this object of the kind' },
  ...Object.fromEntries(
    FILTERS.map((label) => [
      label,
      { type: 'string', value: 'VALUE', help: `only requests with this ${label}` } as const,
    ]),
  ),
  ...namespaceFlag,
  cluster: { type: 'string', value: 'NAME', complete: { of: 'clusters' }, help: 'only this cluster' },
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'wide', 'json', 'csv'],
    help: 'table, wide, json or csv',
  },
  ...platformFlags,
};

export const metricsVerb: Verb = {
  usage: '',
  details:
    'Everything that is measured of requests in a period, with the period before, and the numbers of nodes, gateways and APIs.',
  examples: [
    'portolan metrics',
    'portolan metrics --api flights --since 7d',
    'portolan metrics --key key_1 -o json',
  ],
  flags: commonFlags,
  async run(args, io) {
    noWords(args, 'portolan metrics [--api NAME] [--since TIME]');
    // Grouped by a label of the division that the filters are of.
    const by = FILTERS.find((label) => args.text(label) !== undefined) ?? 'name';
    const top = await read(args, io, { by, limit: 1 });
    const { total, previous, inventory } = top;
    const output = args.text('output');
    if (output === 'json') printData(io, JSON.stringify({ total, previous, inventory }));
    else if (output === 'csv')
      print(io, csv([['figure', 'value', 'previous'], ...figureRows(total, previous)]));
    else {
      const rows = [
        ...FIGURES.map(({ title, text, value }) => ({
          title,
          now: text(total),
          before: text(previous),
          change: formatChange(value(total) ?? 0, value(previous) ?? undefined),
        })),
        { title: 'Nodes', now: String(inventory.nodes), before: '', change: '' },
        { title: 'API gateways', now: String(inventory.gateways), before: '', change: '' },
        { title: 'APIs', now: String(inventory.apis), before: '', change: '' },
      ];
      tell(io, `${formatTime(top.since)} to ${formatTime(top.until)}, step ${top.step}`);
      print(
        io,
        new Table({ columns: FIGURE_COLUMNS, theme: plainTheme(io), now: Date.now(), hasHead: true })
          .add(rows)
          .join('\n'),
      );
    }
    return 0;
  },
};

export const metricsTopVerb: Verb = {
  usage: '',
  details:
    'The traffic of a period by API, operation, status, caller and so on: who is affected, what fails, who still calls a version.',
  examples: [
    'portolan metrics top --by key --since 1h',
    'portolan metrics top --by user --api flights --version flights-v1 --since 30d -o csv',
    'portolan metrics top --by reason --sort requests',
  ],
  flags: {
    by: {
      type: 'string',
      value: 'DIMENSION',
      choices: METRIC_GROUPS,
      help: `${METRIC_GROUPS.join(', ')}; name by default`,
    },
    sort: {
      type: 'string',
      aliases: ['sort-by'],
      value: 'FIGURE',
      choices: METRIC_ORDERS,
      help: `${METRIC_ORDERS.join(', ')}; requests by default`,
    },
    limit: { type: 'string', value: 'N', help: 'maximum number of rows; 20 by default' },
    ...commonFlags,
  },
  async run(args, io) {
    noWords(args, 'portolan metrics top [--by DIMENSION] [--since TIME]');
    const by = oneOf(METRIC_GROUPS, args.text('by') ?? 'name', 'dimension');
    const sort = oneOf(METRIC_ORDERS, args.text('sort') ?? 'requests', 'figure');
    const limit = Number(args.text('limit') ?? 20);
    if (!Number.isInteger(limit) || limit < 1)
      throw usageFailure('--limit must be a whole number above 0.', 'Use for example --limit 50.');
    const top = await read(args, io, { by, sort, limit });
    const output = args.text('output');
    if (output === 'json') printData(io, JSON.stringify(top));
    else if (output === 'csv') print(io, csv([CSV_HEAD, ...top.groups.map(csvRow)]));
    else if (top.groups.length === 0) tell(io, 'No requests in this period.');
    else {
      const columns = groupColumns(by.toUpperCase()).filter(({ wide }) => output === 'wide' || wide !== true);
      print(
        io,
        new Table({ columns, theme: plainTheme(io), now: Date.now(), hasHead: true })
          .add(top.groups)
          .join('\n'),
      );
      if (top.others > 0) tell(io, `${top.others} more; show them with --limit.`);
    }
    return 0;
  },
};

async function read(args: Arguments, io: Io, chosen: object) {
  const { client, workspace } = await connect(args, io);
  const ago = args.text('until');
  const until = Date.now() - (ago === undefined ? 0 : readSeconds(ago, 'until', 's') * 1000);
  const since = until - readSeconds(args.text('since') ?? SINCE_DEFAULT, 'since', 's') * 1000;
  const texts = { namespace: 'namespace', cluster: 'cluster', name: 'api', kind: 'kind' } as const;
  const query = {
    ...Object.fromEntries(
      [...Object.entries(texts), ...FILTERS.map((label) => [label, label] as const)].flatMap(
        ([field, flag]) => {
          const text = args.text(flag);
          return text === undefined ? [] : [[field, text]];
        },
      ),
    ),
    ...chosen,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
  };
  return client.call(topMetrics, { params: { workspace }, query });
}

interface FigureRow {
  readonly title: string;
  readonly now: string;
  readonly before: string;
  readonly change: string;
}

const FIGURE_COLUMNS: readonly Column<FigureRow>[] = [
  { id: 'title', title: 'FIGURE', type: 'text', value: (row) => row.title },
  { id: 'now', title: 'VALUE', type: 'text', value: (row) => row.now, right: true },
  { id: 'before', title: 'BEFORE', type: 'text', value: (row) => row.before, right: true },
  { id: 'change', title: 'CHANGE', type: 'text', value: (row) => row.change, right: true },
];

function figureRows(total: Figures, previous: Figures): (string | number | null)[][] {
  return FIGURES.map(({ title, value }) => [title, value(total), value(previous)]);
}

const CSV_HEAD = ['value', 'title', 'share', ...FIGURES.map(({ title }) => title)];

function csvRow({ value, title, share, figures }: MetricsGroup): (string | number | null)[] {
  return [value, title, share, ...FIGURES.map((figure) => figure.value(figures))];
}

/** Returns rows as RFC 4180 writes them. Text that a spreadsheet would take for a formula gets an apostrophe. */
function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => {
    if (typeof value !== 'string') return value === null ? '' : String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(',')).join('\r\n');
}
