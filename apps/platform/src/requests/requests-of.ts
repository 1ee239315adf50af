import type { ServedRequest } from '@portolan/contract/requests';
import type { ReadResult } from './command-store.ts';
import type { GatewayParts } from './gateway-parts.ts';

export type IsWanted = (request: Pick<ServedRequest, 'cluster' | 'gateway'>) => boolean;

/** Returns the requests of a result with the names of cluster and gateway; none where those are not wanted. */
export function requestsOf(
  { clusterId, result }: ReadResult,
  parts: GatewayParts,
  isWanted: IsWanted,
): ServedRequest[] {
  const { gateway } = result;
  const cluster = parts.nameOf(clusterId);
  if (!isWanted({ cluster, gateway })) return [];
  return result.requests.map((request) => ({ ...request, clusterId, cluster, gateway }));
}
