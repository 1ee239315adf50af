import type { DirectoryMessage } from '@portolan/contract/broker-link';
import { challengeText } from '../certificates/orders/dns-responder.ts';
import { listDnsChallenges, listHttpChallenges } from '../certificates/orders/challenge-store.ts';
import { listEdgeHosts } from '../domains/store.ts';
import type { ChallengeZoneConfig } from '../acme-dns-config.ts';
import type { Database } from '../db/database.ts';
import type { ProofSecret } from '../domains/proof.ts';
import { listApprovedIds } from './broker-store.ts';
import { listLiveSessions, listRequestedEnds } from './tunnel-store.ts';

type Snapshot = Extract<DirectoryMessage, { type: 'snapshot' }>;
type End = Extract<DirectoryMessage, { type: 'end' }>;

/** Everything brokers receive, as of one moment. */
export interface DirectorySnapshot {
  readonly hosts: ReadonlyMap<string, Snapshot['hosts'][number]>;
  readonly peers: Snapshot['peers'];
  /** Responses to challenges of authorities. */
  readonly challenges: NonNullable<Snapshot['challenges']>;
  /** Zone of answers to DNS-01 challenges, where brokers answer for it. */
  readonly dns: Snapshot['dns'];
  /** Ids of the approved brokers, which may follow the directory and relay to each other. */
  readonly approved: readonly string[];
  /** Sessions that administrators want to end. */
  readonly ends: readonly { readonly brokerId: string; readonly message: End }[];
}

export interface DirectoryOptions {
  readonly db: Database;
  /** Whether hosts with a certificate redirect plain HTTP to HTTPS. */
  readonly redirects: boolean;
  readonly challengeZone: ChallengeZoneConfig | null;
  readonly secret: () => Promise<ProofSecret>;
}

/** Reads the current directory. */
export async function readDirectory(options: DirectoryOptions): Promise<DirectorySnapshot> {
  const { db, redirects } = options;
  const hosts = await listEdgeHosts(db);
  const sessions = await listLiveSessions(db);
  const peers = [...Map.groupBy(sessions, ({ brokerId }) => brokerId)].map(([brokerId, rows]) => ({
    brokerId,
    url: rows[0]?.url ?? '',
    clusters: rows.map(({ clusterId }) => clusterId),
  }));
  return {
    hosts: new Map(hosts.map((host) => [host.host, { ...host, https: host.https && redirects }])),
    peers,
    challenges: (await listHttpChallenges(db)).map(({ host, token, keyAuthorization }) => ({
      host,
      token,
      keyAuthorization,
    })),
    dns: await readDns(options),
    approved: await listApprovedIds(db),
    ends: await readEnds(db),
  };
}

async function readDns({ db, challengeZone, secret }: DirectoryOptions): Promise<Snapshot['dns']> {
  if (challengeZone?.provider !== 'broker') return undefined;
  const { zone, nameservers } = challengeZone;
  const challenges = await listDnsChallenges(db);
  const names = challenges.length === 0 ? null : await secret();
  const texts = challenges.map((challenge) => ({
    name: names?.challengeTargetFor(challenge.workspaceId, challenge.host, zone) ?? '',
    value: challengeText(challenge),
    token: challenge.token,
  }));
  return { zone, nameservers, texts };
}

async function readEnds(db: Database): Promise<DirectorySnapshot['ends']> {
  const rows = await listRequestedEnds(db);
  return rows.flatMap(({ brokerId, id: tunnelId, end: how, endSince: since }) =>
    how && since
      ? [{ brokerId, message: { type: 'end' as const, tunnelId, since: since.toISOString(), how } }]
      : [],
  );
}

/** Returns the messages that turn one directory into the next for a broker, which is not among its own peers. */
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
  const { challenges } = after;
  const isAnswering = JSON.stringify(before.challenges) !== JSON.stringify(challenges);
  const isDnsChanged = JSON.stringify(before.dns) !== JSON.stringify(after.dns);
  if (hosts.length > 0 || removed.length > 0 || isAnswering || isDnsChanged)
    messages.push({
      type: 'hosts',
      hosts,
      removed,
      ...(isAnswering ? { challenges } : {}),
      ...(isDnsChanged ? { dns: after.dns } : {}),
    });
  const peers = peersOf(after, brokerId);
  if (JSON.stringify(peersOf(before, brokerId)) !== JSON.stringify(peers))
    messages.push({ type: 'peers', ...peers });
  const known = new Set(endsAt(before, brokerId).map((end) => JSON.stringify(end)));
  messages.push(...endsAt(after, brokerId).filter((end) => !known.has(JSON.stringify(end))));
  return messages;
}

/** Returns the messages that set the whole directory for a broker. */
export function wholeDirectory(directory: DirectorySnapshot, brokerId: string): DirectoryMessage[] {
  return [
    {
      type: 'snapshot',
      hosts: [...directory.hosts.values()],
      challenges: directory.challenges,
      dns: directory.dns,
      ...peersOf(directory, brokerId),
    },
    ...endsAt(directory, brokerId),
  ];
}

function peersOf(directory: DirectorySnapshot, brokerId: string): Pick<Snapshot, 'peers' | 'accepts'> {
  return {
    peers: directory.peers.filter((peer) => peer.brokerId !== brokerId),
    accepts: directory.approved.filter((id) => id !== brokerId),
  };
}

function endsAt(directory: DirectorySnapshot, brokerId: string): End[] {
  return directory.ends.filter((end) => end.brokerId === brokerId).map(({ message }) => message);
}
