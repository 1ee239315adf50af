/** Calls of a broker to the platform. */
import { z } from 'zod';
import { tunnelFigures } from './clusters.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: z.string() });
const brokerRoute = { permission: 'broker', tag: 'Broker calls' } as const;

/** The most that one broker may be preferred to another of capacity 1. */
const CAPACITY_MAX = 16;

export const brokerRegistration = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  region: z.string().min(1).max(63),
  /** Where agents and peers reach it. */
  url: z.url({ protocol: /^wss?$/ }).max(255),
  edge: z.object({
    http: z
      .url({ protocol: /^https?$/ })
      .max(255)
      .nullable(),
    https: z
      .url({ protocol: /^https$/ })
      .max(255)
      .nullable(),
  }),
  /** Relative weight for placement, as the operator of the broker says; bounded, for it decides where agents go. */
  capacity: z.number().positive().max(CAPACITY_MAX),
  version: z.string(),
  pid: z.number().int(),
});
export type BrokerRegistration = z.infer<typeof brokerRegistration>;

export const registerBroker = defineRoute({
  ...brokerRoute,
  method: 'POST',
  path: '/internal/v1/brokers',
  summary: 'Register a broker, or register it again; `not-allowed` while it is not approved',
  body: brokerRegistration,
  status: 204,
});

export const AUTHENTICATE_AT_ONCE_MAX = 256;
export const authenticateRequest = z.object({
  dials: z
    .array(z.object({ ticket: z.string(), tunnelId: z.string() }))
    .min(1)
    .max(AUTHENTICATE_AT_ONCE_MAX),
});
/** The agent that a tunnel belongs to. */
export const tunnelIdentity = z.object({ clusterId: z.string(), credentialId: z.string() });
export type TunnelIdentity = z.infer<typeof tunnelIdentity>;

export const authenticateVerdict = z.union([
  z.object({ identity: tunnelIdentity }),
  z.object({
    status: z.union([z.literal(401), z.literal(403), z.literal(409)]),
    code: z.string(),
    message: z.string(),
  }),
]);
/** One per dial, in the same order. */
export const authenticateResponse = z.object({ verdicts: z.array(authenticateVerdict) });

/** 401 invalid ticket, 403 tunnel not assigned to this broker, 409 tunnel of another cluster. */
export const authenticateTunnels = defineRoute({
  ...brokerRoute,
  method: 'POST',
  path: '/internal/v1/brokers/{id}/authenticate',
  summary: 'Authenticate agents that dial tunnels, many at once',
  params,
  body: authenticateRequest,
  response: authenticateResponse,
  status: 200,
});

/** Fails with `not-found` if the broker has to register again. */
export const renewBrokerLease = defineRoute({
  ...brokerRoute,
  method: 'PUT',
  path: '/internal/v1/brokers/{id}/lease',
  summary: 'Report that the broker is alive, every 2 s',
  params,
  status: 204,
});

export const sessionReport = z.object({
  tunnelId: z.string(),
  clusterId: z.string(),
  credentialId: z.string(),
  since: z.string(),
  remoteAddress: z.string(),
  draining: z.boolean(),
  ...tunnelFigures,
});
export const sessionsReport = z.object({
  draining: z.boolean(),
  connections: z.number().int().nonnegative(),
  /** 0 to 1. */
  load: z.number().min(0).max(1),
  sessions: z.array(sessionReport),
});

/** Sessions whose credential or assignment is no longer valid. */
export const sessionsVerdict = z.object({
  close: z.array(z.object({ tunnelId: z.string(), credentialId: z.string() })),
});

export const reportSessions = defineRoute({
  ...brokerRoute,
  method: 'PUT',
  path: '/internal/v1/brokers/{id}/sessions',
  summary: 'Report all tunnels that end at the broker, at every change and every 2 s',
  params,
  body: sessionsReport,
  bodyBytesMax: 64 * 1024 * 1024,
  response: sessionsVerdict,
  status: 200,
});

export const confirmChallenges = defineRoute({
  ...brokerRoute,
  method: 'POST',
  path: '/internal/v1/brokers/{id}/challenges',
  summary: 'Confirm that the broker answers challenges of authorities, by their tokens',
  params,
  body: z.object({ tokens: z.array(z.string().max(500)).max(10_000) }),
  bodyBytesMax: 8 * 1024 * 1024,
  status: 204,
});

/** Where a host leads. `https`: plain HTTP is answered by a redirect. */
const directoryHost = z.object({ host: z.string(), clusterId: z.string(), https: z.boolean() });
/** Answer to an HTTP-01 challenge (RFC 8555 §8.3). */
const directoryChallenge = z.object({ host: z.string(), token: z.string(), keyAuthorization: z.string() });
/** All answers to give; absent: those from before, for brokers of the version before read no other message. */
const directoryChallenges = z.array(directoryChallenge).optional();
/** Zone of answers to DNS-01 challenges (RFC 8555 §8.4), which brokers with a port for DNS serve. */
const directoryDns = z.object({
  zone: z.string(),
  /** Host names of its name servers. */
  nameservers: z.array(z.string()),
  /** TXT records with the tokens of the challenges that they are for. */
  texts: z.array(z.object({ name: z.string(), value: z.string(), token: z.string() })),
});
export type DirectoryDns = z.infer<typeof directoryDns>;
/** Where another broker's sessions are, for one-hop relaying. */
const directoryPeer = z.object({
  brokerId: z.string(),
  url: z.string(),
  clusters: z.array(z.string()),
  /** Credential that this broker presents to that one. */
  credential: z.string().optional(),
});
/** Ids of the brokers whose public connections this one accepts; absent from platforms of the version before. */
const acceptedPeers = z.array(z.string()).optional();

export const directoryMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    hosts: z.array(directoryHost),
    peers: z.array(directoryPeer),
    accepts: acceptedPeers,
    challenges: directoryChallenges,
    dns: directoryDns.optional(),
  }),
  /** Hosts that are new or changed, and those that are gone. */
  z.object({
    type: z.literal('hosts'),
    hosts: z.array(directoryHost),
    removed: z.array(z.string()),
    challenges: directoryChallenges,
    /** Absent: as before. */
    dns: directoryDns.optional(),
  }),
  z.object({ type: z.literal('peers'), peers: z.array(directoryPeer), accepts: acceptedPeers }),
  z.object({ type: z.literal('revoked'), credentialId: z.string() }),
  /** The agent of this tunnel should go elsewhere: send go-away, let it finish. */
  z.object({ type: z.literal('move'), tunnelId: z.string() }),
  /** An administrator wants that one session to end: after what it carries, or at once. */
  z.object({
    type: z.literal('end'),
    tunnelId: z.string(),
    /** The session that is meant, as the broker reported it. */
    since: z.string(),
    how: z.enum(['reconnect', 'close']),
  }),
  z.object({ type: z.literal('idle') }),
]);
export type DirectoryMessage = z.infer<typeof directoryMessage>;

/** The platform takes the end of this stream as the end of the broker. */
export const followDirectory = defineRoute({
  ...brokerRoute,
  method: 'GET',
  path: '/internal/v1/brokers/{id}/directory',
  summary: 'Follow hosts, peers and orders, as `DirectoryMessage`s in newline-delimited JSON without an end',
  params,
  stream: 'application/x-ndjson',
  status: 200,
});

/**
 * `GET` under the broker secret with `Upgrade: portolan-agent`: after 101, bytes are relayed between one stream of a tunnel and the
 * platform, which authenticate each other by TLS 1.3. The broker says nothing about the agent, and is asked nothing.
 */
export const RELAY_PATH = '/internal/v1/relay';
export const RELAY_PROTOCOL = 'portolan-agent';
