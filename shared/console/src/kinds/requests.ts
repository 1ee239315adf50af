import { explainRequest } from '@portolan/contract/explain';
import {
  listRequests,
  REQUEST_FIELDS,
  type GatewayPart,
  type ServedRequest,
} from '@portolan/contract/requests';
import type { Tone } from '../tone.ts';
import { toned, type Block } from './block.ts';
import { explanationBlocks } from './explanation.ts';
import { formatBytes, formatMs, formatTime } from './format.ts';
import type { Column, Kind, Session } from './kind.ts';

/** What gateways remember of the requests they served, read from them while it is on screen. */
export const requests: Kind<ServedRequest> = {
  name: 'requests',
  singular: 'request',
  title: 'Requests',
  aliases: ['request', 'req'],
  topics: [],
  pollMs: 2_000,
  sort: '-time',
  empty:
    'No requests: gateways keep the last thousand, and of 24 hours the slowest and the failing ones, in memory. None was served, or no gateway is connected.',
  columns: [
    { ...field('time', 'TIME'), text: (row) => formatTime(row.time), min: 19 },
    { ...field('status', 'STATUS'), tone: (row) => toneOfStatus(row.status), right: true },
    { ...field('method', 'METHOD'), max: 8 },
    { ...field('path', 'PATH'), min: 16, max: 60 },
    { ...field('duration', 'TIME TAKEN'), text: (row) => formatMs(row.durationMs), right: true },
    {
      ...field('upstreamTime', 'UPSTREAM'),
      text: (row) => (row.upstreamMs === null ? '–' : formatMs(row.upstreamMs)),
      right: true,
      drop: 4,
    },
    { ...field('reason', 'REASON'), drop: 3, max: 22 },
    { ...field('user', 'USER'), text: (row) => row.email ?? row.user ?? '–', drop: 2, max: 28 },
    { ...field('api', 'API'), text: (row) => row.api ?? '–', drop: 5, max: 28 },
    { ...field('operation', 'OPERATION'), wide: true, max: 40 },
    { ...field('key', 'KEY'), wide: true, max: 34 },
    { ...field('application', 'APPLICATION'), wide: true, max: 24 },
    { ...field('group', 'GROUPS'), wide: true, max: 24 },
    { ...field('host', 'HOST'), wide: true, max: 40 },
    { ...field('version', 'VERSION'), text: (row) => row.version ?? '–', wide: true, max: 24 },
    { ...field('source', 'SOURCE'), wide: true },
    { ...field('service', 'SERVICE'), text: (row) => row.service ?? '–', wide: true, max: 28 },
    { ...field('upstream', 'ENDPOINT'), wide: true, max: 32 },
    { ...field('client', 'CLIENT'), wide: true, max: 24 },
    { ...field('id', 'ID'), wide: true, max: 36 },
    { ...field('traceId', 'TRACE'), wide: true, max: 34 },
    { id: 'cluster', title: 'CLUSTER', type: 'text', value: (row) => row.cluster, wide: true, max: 18 },
    { id: 'gateway', title: 'GATEWAY', type: 'text', value: (row) => row.gateway, wide: true, max: 24 },
  ],
  id: (row) => `${row.clusterId}/${row.gateway}/${row.id}/${row.time}`,
  label: (row) => `${row.method} ${row.path}`,
  async fetch({ client, workspace }, query, signal) {
    const { cursor: _, ...wanted } = query;
    const { items, total, matched, gateways } = await client.call(
      listRequests,
      { params: { workspace }, query: wanted },
      signal,
    );
    const note = missingGateways(gateways);
    return {
      items,
      total,
      matched,
      next: null,
      isPart: items.length < total,
      ...(note === null ? {} : { note }),
    };
  },
  copies: (row) => [
    { label: 'Request id', note: row.id, read: () => row.id },
    ...(row.traceId === null
      ? []
      : [{ label: 'Trace id', note: row.traceId, read: () => row.traceId ?? '' }]),
    { label: 'URL', note: urlOf(row), read: () => urlOf(row) },
  ],
  tabs: (row) => [
    { id: 'request', title: 'Request', blocks: [about(row), times(row), caller(row), answer(row)] },
    { id: 'why', title: 'Why', blocks: [], read: (session, signal) => why(session, row, signal) },
  ],
};

/** Names the clusters whose gateways are missing from a list; null where all are in it. */
export function missingGateways(gateways: readonly GatewayPart[]): string | null {
  const missing = gateways.filter(({ state }) => state === 'silent').map(({ cluster }) => cluster);
  if (missing.length === 0) return null;
  return `${gateways.length - missing.length} of ${gateways.length} gateways: ${missing.join(', ')} did not reply`;
}

function field(id: string, title: string): Column<ServedRequest> {
  const { type = 'text', value } = REQUEST_FIELDS[id] ?? {};
  return { id, title, type, value: (row) => value?.(row) ?? null };
}

function toneOfStatus(status: number): Tone {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'plain';
}

function urlOf({ scheme, host, path }: ServedRequest): string {
  return `${scheme}://${host}${path}`;
}

function about(row: ServedRequest): Block {
  return {
    type: 'fields',
    rows: [
      ['Request', `${row.method} ${urlOf(row)}`],
      ['Status', toned(toneOfStatus(row.status), String(row.status))],
      ['Answered by', row.source],
      ['Reason', row.reason ?? '–'],
      ['At', formatTime(row.time)],
      ['Id', row.id],
      ['Trace', row.traceId ?? '–'],
      ['Gateway', `${row.gateway} in ${row.cluster}`],
    ],
  };
}

function times(row: ServedRequest): Block {
  const { durationMs, upstreamMs, authMs } = row;
  return {
    type: 'fields',
    title: 'Where the time went',
    rows: [
      ['In all', formatMs(durationMs)],
      ['Upstream', upstreamMs === null ? 'not asked' : formatMs(upstreamMs)],
      ['Gateway', formatMs(Math.max(0, durationMs - (upstreamMs ?? 0)))],
      ['of it: caller', formatMs(authMs)],
    ],
  };
}

function caller(row: ServedRequest): Block {
  return {
    type: 'fields',
    title: 'Caller',
    rows: [
      ['User', row.email ?? row.user ?? 'anonymous'],
      ['Groups', row.groups.join(', ') || '–'],
      ['Application', row.application ?? '–'],
      ['API key', row.key ?? '–'],
      ['Address', `${row.client} (masked)`],
      ['Protocol', row.tls === null ? `HTTP/${row.protocol}` : `HTTP/${row.protocol} over ${row.tls}`],
    ],
  };
}

function answer(row: ServedRequest): Block {
  return {
    type: 'fields',
    title: 'Served by',
    rows: [
      ['API', row.api ?? '–'],
      ['Version', row.version ?? '–'],
      ['Operation', row.operation ?? '–'],
      ['Service', row.service ?? '–'],
      ['Endpoint', row.upstream ?? '–'],
      ['Attempts', String(row.attempts)],
      ['Received', formatBytes(row.bytesIn)],
      ['Sent', formatBytes(row.bytesOut)],
    ],
  };
}

/** What the gateway would decide of the same request now, by the rules and rights there are now. */
async function why(
  { client, workspace }: Session,
  row: ServedRequest,
  signal?: AbortSignal,
): Promise<readonly Block[]> {
  const isUser = row.user !== null && row.application !== row.user;
  const found = await client.call(
    explainRequest,
    {
      params: { workspace },
      body: {
        user: isUser ? row.user : null,
        method: methodOf(row),
        url: urlOf(row),
        cluster: row.clusterId,
      },
    },
    signal,
  );
  return [
    ...explanationBlocks(found),
    {
      type: 'note',
      tone: 'dim',
      text: 'As the gateway would decide now. Header fields, queries and bodies of the request are not kept.',
    },
  ];
}

/** Explanations take methods of letters alone. */
function methodOf({ method }: ServedRequest): string {
  return /^[A-Za-z]{1,20}$/.test(method) ? method : 'GET';
}
