import { asc, eq } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { domains } from './schema.ts';

/** A host of the edge and the cluster that answers for it. */
export interface EdgeHost {
  readonly host: string;
  readonly clusterId: string;
  readonly https: boolean;
}

/** Every host the edge knows, for the brokers' directory; all have certificates. */
export async function listEdgeHosts(db: Queries): Promise<EdgeHost[]> {
  const rows = await db
    .select({ host: domains.host, clusterId: domains.clusterId })
    .from(domains)
    .orderBy(asc(domains.host));
  return rows.map((row) => ({ ...row, https: true }));
}

/** Hosts of one cluster by object: the generated one and those of its own. */
export interface ObjectHosts {
  readonly key: string;
  readonly generated: string | null;
  readonly custom: readonly string[];
}

export async function listObjectHosts(db: Queries, clusterId: string): Promise<ObjectHosts[]> {
  const rows = await db
    .select()
    .from(domains)
    .where(eq(domains.clusterId, clusterId))
    .orderBy(asc(domains.objectKey), asc(domains.host));
  return [...Map.groupBy(rows, (row) => row.objectKey)].map(([key, hosts]) => ({
    key,
    generated: hosts.find(({ kind }) => kind === 'generated')?.host ?? null,
    custom: hosts.filter(({ kind }) => kind === 'custom').map(({ host }) => host),
  }));
}
