import { dictionary } from '@portolan/contract/dictionary';
import { listApis, type ApiView } from '@portolan/contract/resources';
import { formatPercent } from '@portolan/console/kinds/figure-words';
import { formatMs, formatNumber } from '@portolan/console/kinds/format';
import type { Column } from '@portolan/console/kinds/kind';
import { connect } from '../connect.ts';
import { filterOf, placeOf } from '../find-rows.ts';
import { findKind } from '../find-kind.ts';
import { clusterFlag, namespaceFlag, platformFlags } from '../flags.ts';
import { print, tell } from '../../terminal/io.ts';
import { oneOf } from '../read-words.ts';
import { Table } from '../table.ts';
import { plainTheme } from '../plain-theme.ts';
import type { Verb } from '../verb.ts';

type Rate = keyof ApiView['rate'];

const ORDERS = dictionary<Rate>({
  rps: 'requestsPerSecond',
  errors: 'errorsPerSecond',
  'client-errors': 'clientErrorsPerSecond',
  avg: 'averageResponseMs',
  p99: 'p99Ms',
  'error-percent': 'errorRatio',
});

const rate = (id: Rate, title: string): Column<ApiView> => ({
  id,
  title,
  type: 'number',
  value: (row) => row.rate[id],
  text: (row) => {
    const value = row.rate[id];
    if (id.endsWith('Ms')) return formatMs(value);
    return id.endsWith('Ratio') ? formatPercent(value ?? 0) : formatNumber(value ?? 0);
  },
  right: true,
});

const columns: readonly Column<ApiView>[] = [
  { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name },
  { id: 'namespace', title: 'NAMESPACE', type: 'text', value: (row) => row.namespace },
  { id: 'cluster', title: 'CLUSTER', type: 'text', value: (row) => row.cluster },
  rate('requestsPerSecond', 'RPS'),
  rate('errorsPerSecond', '5xx/s'),
  rate('errorRatio', '5xx %'),
  rate('clientErrorsPerSecond', '4xx/s'),
  rate('clientErrorRatio', '4xx %'),
  rate('averageResponseMs', 'AVG'),
  rate('p50Ms', 'P50'),
  rate('p95Ms', 'P95'),
  rate('p99Ms', 'P99'),
];

export const topVerb: Verb = {
  usage: '[apis]',
  details: 'Figures of the last complete minute, busiest first.',
  examples: ['portolan top', 'portolan top apis --sort errors --limit 5'],
  complete: [['apis']],
  flags: {
    sort: {
      type: 'string',
      aliases: ['sort-by'],
      value: 'FIGURE',
      choices: Object.keys(ORDERS),
      help: `${Object.keys(ORDERS).join(', ')}; rps by default`,
    },
    limit: { type: 'string', value: 'N', help: 'maximum number of APIs; 20 by default' },
    'no-headers': { type: 'boolean', help: 'omit the header line' },
    ...namespaceFlag,
    ...clusterFlag,
    ...platformFlags,
  },
  async run(args, io) {
    oneOf(['apis', 'api'], args.words[0] ?? 'apis', 'table');
    const { client, workspace } = await connect(args, io);
    const filter = filterOf(findKind('apis'), placeOf(args));
    const { items } = await client.call(listApis, {
      params: { workspace },
      query: {
        sort: `-${ORDERS[args.text('sort') ?? 'rps'] ?? ''}`,
        limit: args.text('limit') ?? 20,
        ...(filter === '' ? {} : { filter }),
      },
    });
    const hasHead = !args.has('no-headers');
    if (items.length === 0) tell(io, 'No API found.');
    else
      print(
        io,
        new Table({ columns, theme: plainTheme(io), now: Date.now(), hasHead }).add(items).join('\n'),
      );
    return 0;
  },
};
