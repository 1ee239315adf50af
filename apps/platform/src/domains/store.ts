import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { ClusterIdentity } from '@portolan/contract/agent';
import { EDGE_ANNOTATION, edgeRequestOf } from '@portolan/resources/kinds/edge-annotation';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Queries, Transaction } from '../db/database.ts';
import { clusters } from '../clusters/schema.ts';
import { resources } from '../resources/list/schema.ts';
import { domains, reservedHosts } from './schema.ts';

/** Host of the edge, with the cluster that serves it. */
export interface EdgeHost {
  readonly host: string;
  readonly clusterId: string;
  readonly https: boolean;
}

/** Returns all served hosts for the brokers' directory; all have certificates. */
export async function listEdgeHosts(db: Queries): Promise<EdgeHost[]> {
  const rows = await db
    .select({ host: domains.host, clusterId: domains.clusterId })
    .from(domains)
    .where(isNull(domains.releasedAt))
    .orderBy(asc(domains.host));
  return rows.map((row) => ({ ...row, https: true }));
}

/** Returns the id of the cluster that a host of a workspace leads to, or null. */
export async function findClusterOfHost(
  db: Queries,
  workspace: string,
  host: string,
): Promise<string | null> {
  const [row] = await db
    .select({ clusterId: domains.clusterId })
    .from(domains)
    .where(and(eq(domains.workspaceId, workspace), eq(domains.host, host), isNull(domains.releasedAt)));
  return row?.clusterId ?? null;
}

/** Hosts of one object: the generated one and its custom domains. */
export interface ObjectHosts {
  readonly key: string;
  readonly generated: string | null;
  readonly custom: readonly string[];
}

export async function listObjectHosts(db: Queries, clusterId: string): Promise<ObjectHosts[]> {
  const rows = await db
    .select()
    .from(domains)
    .where(and(eq(domains.clusterId, clusterId), isNull(domains.releasedAt)))
    .orderBy(asc(domains.objectKey), asc(domains.host));
  return [...Map.groupBy(rows, (row) => row.objectKey)].map(([key, hosts]) => ({
    key,
    generated: hosts.find(({ kind }) => kind === 'generated')?.host ?? null,
    custom: hosts.filter(({ kind }) => kind === 'custom').map(({ host }) => host),
  }));
}

type NewDomain = Pick<typeof domains.$inferInsert, 'host' | 'objectKey' | 'kind'>;

/** Returns the objects of a cluster that are exposed at the edge. */
export async function listDomainObjects(
  tx: Transaction,
  clusterId: string,
): Promise<{ readonly key: string; readonly object: Record<string, unknown> }[]> {
  const routes = await tx
    .select({ object: resources.object })
    .from(resources)
    .where(
      and(
        eq(resources.clusterId, clusterId),
        sql`${resources.object} -> 'metadata' -> 'annotations' ? ${EDGE_ANNOTATION}`,
      ),
    );
  const requests = routes.flatMap(({ object }) => edgeRequestOf(object as unknown as KubernetesObject) ?? []);
  const edges = [...Map.groupBy(requests, ({ key }) => key)].map(([key, of]) => ({
    key,
    object: { spec: { customDomains: of.flatMap(({ customDomains }) => customDomains) } },
  }));
  const exposed = await tx
    .select({ key: resources.key, object: resources.object })
    .from(resources)
    .where(
      and(
        eq(resources.clusterId, clusterId),
        inArray(resources.kind, ['APIGateway', 'EdgeIngress', 'APIPortal']),
        eq(resources.apiVersion, 'hub.traefik.io/v1alpha1'),
      ),
    )
    .orderBy(asc(resources.key));
  return [...exposed, ...edges.toSorted((a, b) => (a.key < b.key ? -1 : 1))];
}

/** Waits until no other transaction allocates domains of the cluster, and keeps others waiting until the end of this one. */
export async function lockDomains(tx: Transaction, clusterId: string): Promise<void> {
  await tx.select({ id: clusters.id }).from(clusters).where(eq(clusters.id, clusterId)).for('no key update');
}

/** Returns all domains of a cluster, including released ones. */
export function listClusterDomains(tx: Transaction, clusterId: string) {
  return tx.select().from(domains).where(eq(domains.clusterId, clusterId));
}

/** Reserves a generated host permanently. Returns false when it was allocated before. */
export async function reserveHost(tx: Transaction, host: string): Promise<boolean> {
  const rows = await tx.insert(reservedHosts).values({ host }).onConflictDoNothing().returning();
  return rows.length > 0;
}

/** Adds domains to a cluster; hosts held by another object are skipped. */
export async function addDomains(
  tx: Transaction,
  { clusterId, workspace }: ClusterIdentity,
  added: readonly NewDomain[],
): Promise<void> {
  await tx
    .insert(domains)
    .values(added.map((domain) => ({ ...domain, clusterId, workspaceId: workspace })))
    .onConflictDoNothing();
}

/** Returns the domains whose host is held by another object. */
export async function listTaken<D extends NewDomain>(
  tx: Transaction,
  clusterId: string,
  wanted: readonly D[],
): Promise<D[]> {
  const hosts = wanted.map(({ host }) => host);
  const mine = await tx
    .select({ host: domains.host, objectKey: domains.objectKey })
    .from(domains)
    .where(and(eq(domains.clusterId, clusterId), inArray(domains.host, hosts)));
  return wanted.filter(
    ({ host, objectKey }) => !mine.some((domain) => domain.host === host && domain.objectKey === objectKey),
  );
}

export async function removeDomains(tx: Transaction, removed: readonly { host: string }[]): Promise<void> {
  if (removed.length === 0) return;
  const hosts = removed.map(({ host }) => host);
  await tx.delete(domains).where(inArray(domains.host, hosts));
}

/** Releases generated hosts whose object was deleted, or restores them. */
export async function setReleased(
  tx: Transaction,
  concerned: readonly { readonly host: string }[],
  isReleased: boolean,
): Promise<void> {
  if (concerned.length === 0) return;
  const hosts = concerned.map(({ host }) => host);
  await tx
    .update(domains)
    .set({ releasedAt: isReleased ? sql`now()` : null })
    .where(inArray(domains.host, hosts));
}
