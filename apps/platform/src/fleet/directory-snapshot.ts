import { and, eq, isNotNull, ne } from 'drizzle-orm';
import type { DirectoryMessage } from '@portolan/contract/broker-link';
import { listEdgeHosts } from '../domains/store.ts';
import type { Database } from '../db/database.ts';
import { brokers, tunnels } from './schema.ts';

type Snapshot = Extract<DirectoryMessage, { type: 'snapshot' }>;
type End = Extract<DirectoryMessage, { type: 'end' }>;

/** All that brokers are told, at one moment. */
export interface DirectorySnapshot {
  readonly hosts: ReadonlyMap<string, Snapshot['hosts'][number]>;
  readonly peers: Snapshot['peers'];
  /** Sessions that administrators want to end. */
  readonly ends: readonly { readonly brokerId: string; readonly message: End }[];
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
    ends: await readEnds(db),
  };
}

async function readEnds(db: Database): Promise<DirectorySnapshot['ends']> {
  const rows = await db
    .select({ brokerId: tunnels.brokerId, tunnelId: tunnels.id, how: tunnels.end, since: tunnels.endSince })
    .from(tunnels)
    .where(and(isNotNull(tunnels.end), ne(tunnels.state, 'down')))
    .orderBy(tunnels.id);
  return rows.flatMap(({ brokerId, tunnelId, how, since }) =>
    how && since
      ? [{ brokerId, message: { type: 'end' as const, tunnelId, since: since.toISOString(), how } }]
      : [],
  );
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
  const known = new Set(endsAt(before, brokerId).map((end) => JSON.stringify(end)));
  messages.push(...endsAt(after, brokerId).filter((end) => !known.has(JSON.stringify(end))));
  return messages;
}

/** The whole directory, for one broker. */
export function wholeDirectory(directory: DirectorySnapshot, brokerId: string): DirectoryMessage[] {
  return [
    { type: 'snapshot', hosts: [...directory.hosts.values()], peers: peersOf(directory, brokerId) },
    ...endsAt(directory, brokerId),
  ];
}

function peersOf(directory: DirectorySnapshot, brokerId: string): Snapshot['peers'] {
  return directory.peers.filter((peer) => peer.brokerId !== brokerId);
}

function endsAt(directory: DirectorySnapshot, brokerId: string): End[] {
  return directory.ends.filter((end) => end.brokerId === brokerId).map(({ message }) => message);
}
