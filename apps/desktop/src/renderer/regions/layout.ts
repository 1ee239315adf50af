import type { Broker, Cluster, TunnelView } from '@portolan/contract/clusters';

/** Heights in pixels; the lines between the columns are drawn by them. */
export const CARD = 68;
export const GAP = 12;
export const REGION_HEAD = 32;

export interface PlacedCluster {
  readonly cluster: Cluster;
  readonly tunnels: readonly TunnelView[];
  /** Middle of its card from the top. */
  readonly y: number;
}

interface PlacedRegion {
  readonly name: string;
  readonly brokers: readonly { readonly broker: Broker; readonly y: number }[];
}

/** A tunnel as a line between its cluster and its broker. */
export interface Line {
  readonly tunnel: TunnelView;
  readonly fromY: number;
  readonly toY: number;
}

export interface RegionMap {
  readonly clusters: readonly PlacedCluster[];
  readonly regions: readonly PlacedRegion[];
  readonly lines: readonly Line[];
  readonly height: number;
}

const WORST_FIRST: readonly Cluster['state'][] = ['disconnected', 'degraded', 'never-connected', 'connected'];

/** Places clusters in one column, those in trouble first, brokers by region in another, and tunnels between them. */
export function placeRegions(
  clusters: readonly Cluster[],
  brokers: readonly Broker[],
  tunnels: readonly TunnelView[],
): RegionMap {
  const placedClusters = clusters
    .toSorted(
      (one, other) =>
        WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state) ||
        one.name.localeCompare(other.name),
    )
    .map((cluster, at) => ({
      cluster,
      tunnels: tunnels.filter(({ clusterId }) => clusterId === cluster.id),
      y: at * (CARD + GAP) + CARD / 2,
    }));
  const { regions, height } = placeBrokers(brokers);
  const clusterY = new Map(placedClusters.map(({ cluster, y }) => [cluster.id, y]));
  const brokerY = new Map(
    regions.flatMap((region) => region.brokers.map(({ broker, y }) => [broker.id, y] as const)),
  );
  const lines = tunnels.flatMap((tunnel): readonly Line[] => {
    const fromY = clusterY.get(tunnel.clusterId);
    const toY = brokerY.get(tunnel.brokerId);
    return fromY === undefined || toY === undefined ? [] : [{ tunnel, fromY, toY }];
  });
  return {
    clusters: placedClusters,
    regions,
    lines,
    height: Math.max(height, clusters.length * (CARD + GAP)),
  };
}

function placeBrokers(brokers: readonly Broker[]): {
  readonly regions: readonly PlacedRegion[];
  readonly height: number;
} {
  const byRegion = Map.groupBy(
    brokers.toSorted(
      (one, other) => one.region.localeCompare(other.region) || one.id.localeCompare(other.id),
    ),
    ({ region }) => region,
  );
  let y = 0;
  const regions = [...byRegion].map(([name, own]) => {
    y += REGION_HEAD;
    const placed = own.map((broker) => {
      const middle = y + CARD / 2;
      y += CARD + GAP;
      return { broker, y: middle };
    });
    return { name, brokers: placed };
  });
  return { regions, height: y };
}
