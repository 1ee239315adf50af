import { listRequests, type ServedRequest } from '@portolan/contract/requests';
import { toned, type Block } from './block.ts';
import { formatMs, formatTime } from './format.ts';
import type { Session, Tab } from './kind.ts';
import { missingGateways } from './requests.ts';
import { quoted } from './traces.ts';

const ROWS = 15;
/** Requests that callers and versions are counted of. */
const SLOWEST = 50;

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

/** The slowest requests of an operation, and who makes them: users and versions by how many of the slowest are theirs. */
export function operationRequestsTab(of: { readonly api: string; readonly operation: string }): Tab {
  const filter = `api=${quoted(of.api)} operation=${quoted(of.operation)}`;
  return {
    id: 'requests',
    title: 'Slowest requests',
    blocks: [],
    async read(session, signal) {
      const { items, gateways } = await read(session, { filter, sort: '-duration', limit: SLOWEST }, signal);
      const missing = missingGateways(gateways);
      return [
        shareTable('Who waits: callers of the slowest', 'CALLER', items, callerOf),
        shareTable('Versions of the slowest', 'VERSION', items, ({ version }) => version ?? '–'),
        table('Slowest of 24 hours', items.slice(0, ROWS), 'No requests in the memory of the gateways.'),
        ...(missing === null ? [] : [{ type: 'note', tone: 'warn', text: missing } satisfies Block]),
      ];
    },
  };
}

function callerOf({ email, user, application, key }: ServedRequest): string {
  return email ?? user ?? application ?? key ?? 'anonymous';
}

/** Returns how many requests each name has, and how long they take; most first. */
function shareTable(
  title: string,
  head: string,
  requests: readonly ServedRequest[],
  nameOf: (request: ServedRequest) => string,
): Block {
  const groups = [...Map.groupBy(requests, nameOf)].toSorted(([, a], [, b]) => b.length - a.length);
  return {
    type: 'table',
    title,
    head: [head, 'OF THEM', 'SLOWEST', 'AVERAGE'],
    rows: groups.map(([name, own]) => [
      name,
      `${own.length} of ${requests.length}`,
      formatMs(Math.max(...own.map(({ durationMs }) => durationMs))),
      formatMs(own.reduce((sum, { durationMs }) => sum + durationMs, 0) / own.length),
    ]),
    empty: 'none',
  };
}

interface Wanted {
  readonly filter: string;
  readonly sort: string;
  readonly cluster?: string;
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
