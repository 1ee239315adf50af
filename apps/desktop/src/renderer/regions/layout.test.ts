import type { Broker, Cluster, TunnelView } from '@portolan/contract/clusters';
import { expect, test } from 'vitest';
import { CARD, GAP, placeRegions, REGION_HEAD } from './layout.ts';

const cluster = (id: string, state: Cluster['state']) => ({ id, name: id, state }) as Cluster;
const broker = (id: string, region: string) => ({ id, region }) as Broker;
const tunnel = (clusterId: string, brokerId: string) =>
  ({ id: `${clusterId}-${brokerId}`, clusterId, brokerId }) as TunnelView;

const map = placeRegions(
  [cluster('b', 'connected'), cluster('a', 'connected'), cluster('z', 'disconnected')],
  [broker('b2', 'us'), broker('b1', 'eu'), broker('b3', 'eu')],
  [tunnel('a', 'b1'), tunnel('a', 'b2'), tunnel('gone', 'b1')],
);

test('clusters in trouble come first, then by name', () => {
  expect(map.clusters.map(({ cluster: { id } }) => id)).toEqual(['z', 'a', 'b']);
});

test('brokers stand by region, and each line ends at the middle of its cards', () => {
  expect(map.regions.map(({ name, brokers }) => [name, brokers.map((one) => one.broker.id)])).toEqual([
    ['eu', ['b1', 'b3']],
    ['us', ['b2']],
  ]);
  expect(map.lines).toMatchObject([
    { fromY: CARD + GAP + CARD / 2, toY: REGION_HEAD + CARD / 2 },
    { fromY: CARD + GAP + CARD / 2, toY: 2 * REGION_HEAD + 2 * (CARD + GAP) + CARD / 2 },
  ]);
  expect(map.height).toBe(2 * REGION_HEAD + 3 * (CARD + GAP));
});
