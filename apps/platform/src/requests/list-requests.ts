import { compareRecords, type RequestQuery, type ServedRequest } from '@portolan/contract/requests';
import type { Platform } from '../platform.ts';
import { notices, removeCommand, takeResults } from './command-store.ts';
import { GatewayParts } from './gateway-parts.ts';
import { requestsOf, type IsWanted } from './requests-of.ts';
import { REPLY_MS } from './tail-stream.ts';

/** After the first gateway of each cluster, others of the same cluster may follow. */
const SETTLE_MS = 150;

interface Listing {
  readonly parts: Pick<Platform, 'changes' | 'db'>;
  readonly workspace: string;
  readonly id: string;
  readonly clusters: ReadonlyMap<string, string>;
  readonly query: RequestQuery;
  readonly isWanted: IsWanted;
  readonly signal: AbortSignal;
}

/** Collects what gateways reply to a list command, until all clusters have replied or their time is over. */
export async function collectRequests({ parts, workspace, id, clusters, query, isWanted, signal }: Listing) {
  const gateways = new GatewayParts(clusters);
  const requests: ServedRequest[] = [];
  let [matched, total] = [0, 0];
  let wake = Promise.withResolvers<void>();
  const off = parts.changes.onNotice(notices.resultsOf(id), () => wake.resolve());
  let endsAt = clusters.size === 0 ? 0 : Date.now() + REPLY_MS;
  try {
    while (Date.now() < endsAt && !signal.aborted) {
      for (const result of await takeResults(parts.db, id)) {
        gateways.add(result);
        requests.push(...requestsOf(result, gateways, isWanted));
        matched += result.result.matched;
        total += result.result.total;
        if (gateways.haveAllReplied) endsAt = Math.min(endsAt, Date.now() + SETTLE_MS);
      }
      const timer = setTimeout(wake.resolve, Math.max(1, endsAt - Date.now()));
      await wake.promise;
      clearTimeout(timer);
      wake = Promise.withResolvers();
    }
  } finally {
    off();
    await removeCommand(parts.db, workspace, id);
  }
  gateways.setOverdue();
  requests.sort(compareRecords(query.sort));
  return { items: requests.slice(0, query.limit), matched, total, gateways: gateways.all };
}
