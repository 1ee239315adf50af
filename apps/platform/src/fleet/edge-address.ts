import { asc, eq, isNotNull } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { brokers } from './schema.ts';

/** Where public connections enter, as one live broker announces it. */
interface EdgeAddress {
  readonly http: string | null;
  readonly https: string | null;
}

export async function readEdgeAddress(db: Queries): Promise<EdgeAddress> {
  const [edge] = await db
    .select({ http: brokers.edgeHttp, https: brokers.edgeHttps })
    .from(brokers)
    .where(eq(brokers.state, 'live'))
    .orderBy(isNotNull(brokers.drainedAt), asc(brokers.id))
    .limit(1);
  return edge ?? { http: null, https: null };
}

/**
 * A public URL as it can be typed: with the edge's port where that is not the usual one. Names below `localhost`
 * (RFC 6761) have no certificate anyone trusts, so they are shown over plain HTTP where the edge speaks it.
 */
export function reachableUrl(url: string, edge: EdgeAddress): string {
  const target = new URL(url);
  const isLocal = target.hostname.endsWith('.localhost');
  const entry = isLocal && edge.http !== null ? edge.http : edge.https;
  if (entry === null) return url;
  const { protocol, port } = new URL(entry);
  return `${protocol}//${target.hostname}${port ? `:${port}` : ''}${target.pathname}`;
}
