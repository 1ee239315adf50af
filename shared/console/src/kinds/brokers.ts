import { listBrokers, listTunnels, type Broker, type TunnelView } from '@portolan/contract/clusters';
import { toned } from './block.ts';
import { formatAge, formatBytes, formatLastSeen, formatMs, formatSeen, toneOf } from './format.ts';
import type { Kind } from './kind.ts';
import { quoted, recordTraces } from './traces.ts';

const APPROVAL_NOTES = {
  pending: 'waits for approval: nothing is sent to it until then',
  revoked: 'revoked: it stays shut out until it is approved again',
} as const;

function stateOf({ approval, state, drainedAt }: Broker): string {
  if (approval !== 'approved') return approval;
  return drainedAt === null ? state : `${state}, drained`;
}

/** `1`, or `4, 1 approved` where the broker asks for more than was approved. */
function capacityOf({ approval, capacity, approvedCapacity }: Broker): string {
  if (approval !== 'approved' || approvedCapacity === null || capacity <= approvedCapacity)
    return String(capacity);
  return `${capacity}, ${approvedCapacity} approved`;
}

/** Processes that accept agents' tunnels and public connections. */
export const brokers: Kind<Broker> = {
  name: 'brokers',
  singular: 'broker',
  title: 'Brokers',
  aliases: ['broker'],
  topics: ['brokers', 'tunnels'],
  sort: 'id',
  pollMs: 5_000,
  empty: 'No brokers are registered: agents cannot connect until one is.',
  columns: [
    { id: 'id', title: 'BROKER', type: 'text', value: (row) => row.id, min: 8, max: 24 },
    { id: 'region', drop: 4, title: 'REGION', type: 'text', value: (row) => row.region, max: 16 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      text: stateOf,
      tone: (row) => (row.approval === 'approved' && row.drainedAt === null ? toneOf(row.state) : 'warn'),
    },
    { id: 'sessions', title: 'TUNNELS', type: 'number', value: (row) => row.sessions, right: true },
    {
      id: 'connections',
      drop: 5,
      title: 'CONNECTIONS',
      type: 'number',
      value: (row) => row.connections,
      right: true,
    },
    { id: 'edge', title: 'EDGE', type: 'text', value: (row) => row.edge.http ?? row.edge.https, max: 40 },
    {
      id: 'capacity',
      title: 'CAPACITY',
      type: 'number',
      value: (row) => row.capacity,
      text: (row) => capacityOf(row),
      wide: true,
      right: true,
    },
    { id: 'version', title: 'VERSION', type: 'text', value: (row) => row.version, wide: true, max: 12 },
    { id: 'url', title: 'URL', type: 'text', value: (row) => row.url, wide: true, max: 40 },
    {
      id: 'lastSeenAt',
      drop: 6,
      title: 'SEEN',
      type: 'time',
      value: (row) => row.lastSeenAt,
      text: (row, now) => formatSeen(row, now),
      right: true,
    },
  ],
  id: (row) => row.id,
  label: (row) => row.id,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listBrokers, { params: { workspace }, query }, signal),
  inside: (row) => ({ kind: 'tunnels', filter: `broker=${quoted(row.id)}` }),
  async load({ client, workspace }, row, signal) {
    const page = await client.call(listTunnels, { params: { workspace }, query: { limit: 500 } }, signal);
    return page.items.filter((tunnel) => tunnel.brokerId === row.id);
  },
  traces: (row) => recordTraces(row.id),
  tabs(row, loaded, now) {
    const held = loaded as readonly TunnelView[] | null;
    return [
      {
        id: 'overview',
        title: 'Overview',
        blocks: [
          {
            type: 'fields',
            rows: [
              ['Broker', row.id],
              ['Region', row.region],
              ['State', toned(toneOf(row.state), row.state)],
              [
                'Approval',
                row.approval === 'approved' ? 'approved' : toned('warn', APPROVAL_NOTES[row.approval]),
              ],
              ['Capacity', capacityOf(row)],
              [
                'Accepts tunnels',
                row.drainedAt === null
                  ? 'yes'
                  : toned('warn', `no: drained ${formatAge(row.drainedAt, now)} ago; Z uncordons it`),
              ],
              ['Tunnel URL', row.url],
              ['Edge HTTP', row.edge.http ?? '–'],
              ['Edge HTTPS', row.edge.https ?? '–'],
              ['Connections', String(row.connections)],
              ['Version', row.version],
              ['Last seen', formatLastSeen(row, now)],
            ],
          },
          {
            type: 'table',
            title: 'Tunnels',
            head: ['CLUSTER', 'STATE', 'RTT', 'IN', 'OUT'],
            rows: (held ?? []).map((tunnel) => [
              tunnel.cluster,
              toned(toneOf(tunnel.state), tunnel.state),
              formatMs(tunnel.rttMs),
              formatBytes(tunnel.bytesIn),
              formatBytes(tunnel.bytesOut),
            ]),
            empty: held === null ? 'loading …' : 'none',
          },
        ],
      },
    ];
  },
};
