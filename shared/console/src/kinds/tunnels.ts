import { ageColumn } from './age-column.ts';
import { listTunnels, type TunnelView } from '@portolan/contract/clusters';
import { toned } from './block.ts';
import { formatAge, formatBytes, formatMs, formatTime, toneOf } from './format.ts';
import type { Kind } from './kind.ts';
import { recordTraces } from './traces.ts';

/** Sessions between agents and brokers. */
export const tunnels: Kind<TunnelView> = {
  name: 'tunnels',
  singular: 'tunnel',
  title: 'Tunnels',
  aliases: ['tunnel'],
  topics: ['tunnels', 'brokers'],
  sort: 'cluster',
  pollMs: 2_000,
  empty: 'No tunnels yet: an agent opens three when it connects.',
  columns: [
    { id: 'cluster', title: 'CLUSTER', type: 'text', value: (row) => row.cluster, min: 8, max: 24 },
    { id: 'broker', title: 'BROKER', type: 'text', value: (row) => row.brokerId, min: 8, max: 24 },
    { id: 'region', drop: 5, title: 'REGION', type: 'text', value: (row) => row.region, max: 16 },
    {
      id: 'state',
      title: 'STATE',
      type: 'text',
      value: (row) => row.state,
      tone: (row) => toneOf(row.state),
    },
    {
      id: 'rtt',
      title: 'RTT',
      type: 'duration',
      value: (row) => row.rttMs,
      text: (row) => formatMs(row.rttMs),
      right: true,
    },
    { id: 'streams', drop: 3, title: 'STREAMS', type: 'number', value: (row) => row.streams, right: true },
    {
      id: 'bytesIn',
      drop: 6,
      title: 'IN',
      type: 'number',
      value: (row) => row.bytesIn,
      text: (row) => formatBytes(row.bytesIn),
      right: true,
    },
    {
      id: 'bytesOut',
      drop: 7,
      title: 'OUT',
      type: 'number',
      value: (row) => row.bytesOut,
      text: (row) => formatBytes(row.bytesOut),
      right: true,
    },
    { id: 'resets', title: 'RESETS', type: 'number', value: (row) => row.resets, right: true, wide: true },
    {
      id: 'stalls',
      title: 'STALLS',
      type: 'number',
      value: (row) => row.windowStalls,
      right: true,
      wide: true,
    },
    { id: 'remote', title: 'REMOTE', type: 'text', value: (row) => row.remoteAddress, wide: true, max: 30 },
    ageColumn('since', 'SINCE', (row) => row.since, { drop: 4 }),
  ],
  id: (row) => row.id,
  label: (row) => `${row.cluster} → ${row.brokerId}`,
  fetch: ({ client, workspace }, query, signal) =>
    client.call(listTunnels, { params: { workspace }, query }, signal),
  counter: (row) => row.bytesIn + row.bytesOut,
  traces: (row) => recordTraces(row.id),
  tabs: (row, _loaded, now, rates = []) => [
    {
      id: 'overview',
      title: 'Overview',
      blocks: [
        {
          type: 'fields',
          rows: [
            ['Cluster', row.cluster],
            ['Broker', `${row.brokerId} in ${row.region}`],
            ['State', toned(toneOf(row.state), row.state)],
            [
              'Since',
              row.since === null ? '–' : `${formatTime(row.since)} (${formatAge(row.since, now)} ago)`,
            ],
            ['Agent address', row.remoteAddress ?? '–'],
            ['Round trip', formatMs(row.rttMs)],
            ['Streams', `${row.streams} open, ${row.streamsTotal} in total`],
            ['In', formatBytes(row.bytesIn)],
            ['Out', formatBytes(row.bytesOut)],
            ['Resets', String(row.resets)],
            ['Window stalls', String(row.windowStalls)],
            ['ID', toned('dim', row.id)],
          ],
        },
        {
          type: 'spark',
          title: 'Bytes per second, in and out',
          values: rates,
          caption: rates.length === 0 ? 'measuring …' : `${formatBytes(rates.at(-1) ?? 0)}/s now`,
        },
      ],
    },
  ],
};
