import { and, eq, isNotNull } from 'drizzle-orm';
import type { DirectoryMessage } from '@portolan/contract/broker-link';
import { listEdgeHosts } from '../clusters/domains/domain-store.ts';
import type { Database } from '../db/database.ts';
import { brokers } from '../db/schema/brokers.ts';
import { tunnels } from '../db/schema/tunnels.ts';

type Snapshot = Extract<DirectoryMessage, { type: 'snapshot' }>;

/** All that brokers are told, at one moment. */
export interface DirectorySnapshot {
  readonly hosts: ReadonlyMap<string, Snapshot['hosts'][number]>;
  readonly peers: Snapshot['peers'];
}

/** Reads the directory as it is now. `redirects`: hosts with a certificate answer plain HTTP by a redirect. */
export async function readDirectory(db: Database, redirects: boolean): Promise<DirectorySnapshot> {
  const hosts = await listEdgeHosts(db);
  const sessions = await db
    .selectDistinct({ brokerId: brokers.id, url: brokers.url, clusterId: tunnels.clusterId })
    .from(brokers)
    .innerJoin(tunnels, and(eq(tunnels.brokerId, brokers.id), eq(tunnels.state, 'live')))
    .where(and(eq(brokers.state, 'live'), isNotNull(brokers.url)))
    .orderBy(brokers.id, tunnels.clusterId);
  const peers = [...Map.groupBy(sessions, ({ brokerId }) => brokerId)].map(([brokerId, rows]) => ({
    brokerId,
    url: rows[0]?.url ?? '',
    clusters: rows.map(({ clusterId }) => clusterId),
  }));
  return {
    hosts: new Map(hosts.map((host) => [host.host, { ...host, https: host.https && redirects }])),
    peers,
  };
}

/** What leads from one directory to the next, for one broker; it is no peer of itself. */
export function directoryChanges(
  before: DirectorySnapshot,
  after: DirectorySnapshot,
  brokerId: string,
): DirectoryMessage[] {
  const messages: DirectoryMessage[] = [];
  const hosts = [...after.hosts.values()].filter((next) => {
    const last = before.hosts.get(next.host);
    return !last || last.clusterId !== next.clusterId || last.https !== next.https;
  });
  const removed = [...before.hosts.keys()].filter((host) => !after.hosts.has(host));
  if (hosts.length > 0 || removed.length > 0) messages.push({ type: 'hosts', hosts, removed });
  const peers = peersOf(after, brokerId);
  if (JSON.stringify(peersOf(before, brokerId)) !== JSON.stringify(peers))
    messages.push({ type: 'peers', peers });
  return messages;
}

/** The whole directory, for one broker. */
export function directorySnapshot(directory: DirectorySnapshot, brokerId: string): Snapshot {
  return { type: 'snapshot', hosts: [...directory.hosts.values()], peers: peersOf(directory, brokerId) };
}

function peersOf(directory: DirectorySnapshot, brokerId: string): Snapshot['peers'] {
  return directory.peers.filter((peer) => peer.brokerId !== brokerId);
}
