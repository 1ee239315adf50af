import type { AccessToken } from '@portolan/contract/access-tokens';
import type { ChangeSet } from '@portolan/contract/changes';
import type { Cluster, TunnelView, Broker } from '@portolan/contract/clusters';
import type { ApiKey } from '@portolan/contract/keys';
import type { ApiView, ProblemView, Resource } from '@portolan/contract/resources';
import type { Account } from '@portolan/contract/sessions';
import type { LogEntry } from '@portolan/contract/telemetry';
import type { Group, User } from '@portolan/contract/users';

/** What a fixture platform holds; tests change it and then say so with `emit`. */
export interface FixtureState {
  account: Account;
  users: User[];
  groups: Group[];
  keys: ApiKey[];
  apis: ApiView[];
  clusters: Cluster[];
  tunnels: TunnelView[];
  brokers: Broker[];
  problems: ProblemView[];
  logs: LogEntry[];
  resources: Resource[];
  changes: ChangeSet[];
  sessions: AccessToken[];
}

/** The moment at which fixtures, and the screens that show them, stand still. */
export const NOW = Date.parse('2026-11-21T12:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

/** So many users, each different in every column. */
export function users(count: number): User[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `usr_${at}`,
    firstName: ['Ada', 'Grace', 'Alan', 'Edsger'][at % 4] ?? '',
    lastName: ['Lovelace', 'Hopper', 'Turing', 'Dijkstra'][at % 4] ?? '',
    company: 'Airline',
    email: `user${String(at).padStart(5, '0')}@example.com`,
    groups: at % 3 === 0 ? ['crew'] : ['passengers'],
    externalId: null,
    provider: 'internal',
    state: at % 7 === 6 ? 'disabled' : 'active',
    keys: at % 3,
    createdAt: ago(at * 60),
    updatedAt: ago(at * 30),
    revision: 1,
  }));
}

/** Returns a small airline at work: two APIs, one cluster, three tunnels, one problem. */
export function airline(): FixtureState {
  return {
    account: {
      id: 'acc_1',
      email: 'admin@example.com',
      name: 'Admin',
      workspaces: [{ workspace: 'airline', name: 'Airline', role: 'owner' }],
    },
    users: users(3),
    groups: ['crew', 'passengers'].map((name, at) => ({
      id: `grp_${at}`,
      name,
      members: at + 1,
      provider: 'internal',
      createdAt: ago(86_400),
    })),
    keys: [],
    apis: [api('flights', 'crew'), { ...api('tickets', 'passengers'), state: 'refused' }],
    clusters: [cluster()],
    tunnels: ['eu-1', 'us-1', 'ap-1'].map((id, at) => tunnel(id, at)),
    brokers: ['eu-1', 'us-1', 'ap-1'].map(broker),
    problems: [problem()],
    logs: [log()],
    resources: [],
    changes: [change()],
    sessions: [session()],
  };
}

function api(name: string, group: string): ApiView {
  return {
    key: `API.hub.traefik.io/default/${name}`,
    clusterId: 'cls_1',
    cluster: 'local',
    namespace: 'default',
    name,
    pathPrefix: `/${name}`,
    currentVersion: null,
    versions: [],
    collections: [],
    gateways: ['airline'],
    urls: [`http://airline.edge.localhost/${name}`],
    access: [{ name: group, groups: [group], any: false }],
    state: 'synced',
    owner: { kind: 'file', file: `apis/${name}.yaml`, line: 1 },
    rate: {
      requestsPerSecond: 12.5,
      errorsPerSecond: 0,
      clientErrorsPerSecond: 0.2,
      averageResponseMs: 38,
      errorRatio: 0,
      clientErrorRatio: 0.016,
      p50Ms: 31,
      p95Ms: 84,
      p99Ms: 122,
      requests: 750,
      errors: 0,
      clientErrors: 12,
      bytesInPerSecond: 1500,
      bytesOutPerSecond: 64_000,
    },
    updatedAt: ago(3_600),
  };
}

function cluster(): Cluster {
  return {
    id: 'cls_1',
    name: 'local',
    state: 'connected',
    agentVersion: '0.1.0',
    generation: 'v2',
    source: 'directory examples/airline',
    lastSeenAt: ago(1),
    tunnels: { wanted: 3, live: 3 },
    counts: { resources: 25, apis: 2, gateways: 1, nodes: 1, problems: 1 },
    revision: { desired: 7, applied: 7 },
    distributedRateLimitAvailable: false,
    notShared: [],
    createdAt: ago(86_400),
  };
}

function tunnel(brokerId: string, at: number): TunnelView {
  return {
    id: `tun_${at}`,
    clusterId: 'cls_1',
    cluster: 'local',
    brokerId,
    region: brokerId.slice(0, 2),
    state: 'live',
    since: ago(600),
    remoteAddress: '127.0.0.1',
    rttMs: 1.5 + at,
    streams: at,
    streamsTotal: 10,
    bytesIn: 1_000,
    bytesOut: 2_000,
    resets: 0,
    windowStalls: 0,
  };
}

function broker(id: string): Broker {
  return {
    id,
    region: id.slice(0, 2),
    state: 'live',
    url: `ws://127.0.0.1/${id}`,
    edge: { http: 'http://127.0.0.1:8080', https: null },
    sessions: 1,
    connections: 0,
    drainedAt: null,
    approval: 'approved' as const,
    capacity: 1,
    approvedCapacity: 1,
    lastSeenAt: ago(1),
    version: '0.1.0',
  };
}

function problem(): ProblemView {
  return {
    id: 'prb_1',
    clusterId: 'cls_1',
    cluster: 'local',
    severity: 'error',
    code: 'invalid-object',
    file: 'apis/tickets.yaml',
    line: 4,
    kind: 'API',
    namespace: 'default',
    name: 'tickets',
    field: 'spec.pathPrefix',
    message: "must start with a '/'",
    fix: 'write /tickets',
    since: ago(120),
  };
}

function change(): ChangeSet {
  return {
    revision: 7,
    cluster: { id: 'cls_1', name: 'local' },
    action: 'apply',
    restored: null,
    actor: { kind: 'account', id: 'acc_1', name: 'Admin' },
    origin: 'terminal',
    at: ago(300),
    counts: { create: 1, update: 0, delete: 0 },
  };
}

function session(): AccessToken {
  return {
    id: 'tok_1',
    kind: 'session',
    name: 'portolan on laptop',
    scopes: null,
    remoteAddress: '127.0.0.1',
    createdAt: ago(600),
    lastUsedAt: ago(1),
    expiresAt: new Date(NOW + 3_600_000).toISOString(),
    current: true,
  };
}

function log(): LogEntry {
  return {
    id: 'log_1',
    clusterId: 'cls_1',
    cluster: 'local',
    time: ago(30),
    level: 'error',
    event: 'upstream.failed',
    message: 'connection refused',
    fields: { api: 'tickets' },
  };
}
