import { listRequests, type ServedRequest } from '@portolan/contract/requests';
import { toned, type Block } from './block.ts';
import { formatMs, formatTime } from './format.ts';
import type { Session, Tab } from './kind.ts';
import { missingGateways } from './requests.ts';
import { quoted } from './traces.ts';

const ROWS = 15;

/** The slowest and the failing requests of an API, asked of its cluster's gateways when the tab is looked at. */
export function requestsTab(row: {
  readonly namespace: string;
  readonly name: string;
  readonly clusterId: string;
}): Tab {
  const api = `api=${quoted(`${row.namespace}/${row.name}`)}`;
  return {
    id: 'requests',
    title: 'Requests',
    blocks: [],
    async read(session, signal) {
      const ask = (filter: string, sort: string) =>
        read(session, { filter, sort, cluster: row.clusterId, limit: ROWS }, signal);
      const [slowest, failing] = await Promise.all([
        ask(api, '-duration'),
        ask(`${api} status>=400`, '-time'),
      ]);
      const missing = missingGateways(slowest.gateways);
      return [
        table('Slowest requests of 24 hours', slowest.items, 'No requests in the memory of the gateways.'),
        table('Failing requests of 24 hours, newest first', failing.items, 'No failing requests.'),
        ...(missing === null ? [] : [{ type: 'note', tone: 'warn', text: missing } satisfies Block]),
      ];
    },
  };
}

interface Wanted {
  readonly filter: string;
  readonly sort: string;
  readonly cluster: string;
  readonly limit: number;
}

function read({ client, workspace }: Session, query: Wanted, signal: AbortSignal | undefined) {
  return client.call(listRequests, { params: { workspace }, query }, signal);
}

function table(title: string, requests: readonly ServedRequest[], empty: string): Block {
  return {
    type: 'table',
    title,
    head: ['TIME', 'STATUS', 'REQUEST', 'TIME TAKEN', 'UPSTREAM', 'USER', 'REASON', 'ID'],
    rows: requests.map((one) => [
      formatTime(one.time),
      toned(one.status >= 500 ? 'bad' : one.status >= 400 ? 'warn' : 'plain', String(one.status)),
      `${one.method} ${one.path}`,
      formatMs(one.durationMs),
      one.upstreamMs === null ? '–' : formatMs(one.upstreamMs),
      one.email ?? one.user ?? '–',
      one.reason ?? '–',
      one.id,
    ]),
    empty,
  };
}
