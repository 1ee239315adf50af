/** What brokers and platform say to each other, under the broker secret (`Authorization: Bearer`). */
import { z } from 'zod';

export const BROKERS_PATH = '/internal/v1/brokers';
/** `POST BROKERS_PATH`: (re-)register; idempotent by id. */
export const brokerRegistration = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  region: z.string().min(1).max(63),
  /** Where agents and peers reach it. */
  url: z.string(),
  edge: z.object({ http: z.string().nullable(), https: z.string().nullable() }),
  /** Relative weight for placement. */
  capacity: z.number().positive(),
  version: z.string(),
  pid: z.number().int(),
});
export type BrokerRegistration = z.infer<typeof brokerRegistration>;

export const AUTHENTICATE_AT_ONCE_MAX = 256;
/**
 * `POST BROKERS_PATH/{id}/authenticate`: who dials, as many as came meanwhile; verdicts in the same order.
 * 401 unknown token, 403 tunnel not assigned to it, 409 token of another cluster.
 */
export const authenticateRequest = z.object({
  dials: z
    .array(z.object({ token: z.string(), tunnelId: z.string() }))
    .min(1)
    .max(AUTHENTICATE_AT_ONCE_MAX),
});
export const tunnelIdentity = z.object({ clusterId: z.string(), workspace: z.string(), tokenId: z.string() });
export const authenticateVerdict = z.union([
  z.object({ identity: tunnelIdentity }),
  z.object({
    status: z.union([z.literal(401), z.literal(403), z.literal(409)]),
    code: z.string(),
    message: z.string(),
  }),
]);
export const authenticateResponse = z.object({ verdicts: z.array(authenticateVerdict) });

/**
 * `PUT BROKERS_PATH/{id}/lease`, every 2 s: it lives. 404: it has to register again.
 *
 * `PUT BROKERS_PATH/{id}/sessions`: all sessions it holds, at every change and every 2 s.
 */
export const sessionReport = z.object({
  tunnelId: z.string(),
  clusterId: z.string(),
  tokenId: z.string(),
  since: z.string(),
  remoteAddress: z.string(),
  draining: z.boolean(),
  rttMs: z.number().nullable(),
  streams: z.number().int(),
  streamsTotal: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  resets: z.number().int(),
  windowStalls: z.number().int(),
});
export const sessionsReport = z.object({
  draining: z.boolean(),
  connections: z.number().int(),
  load: z.number(),
  sessions: z.array(sessionReport),
});

/** Answer to `sessionsReport`: sessions whose token or assignment is no longer good, however the news was missed. */
export const sessionsVerdict = z.object({
  close: z.array(z.object({ tunnelId: z.string(), tokenId: z.string() })),
});

/** Where a host leads. `https`: plain HTTP is answered by a redirect. */
const directoryHost = z.object({ host: z.string(), clusterId: z.string(), https: z.boolean() });
/** Where another broker's sessions are, for one-hop relaying. */
const directoryPeer = z.object({ brokerId: z.string(), url: z.string(), clusters: z.array(z.string()) });

/** `GET BROKERS_PATH/{id}/directory`: newline-delimited JSON that never ends; its end is how the platform sees a broker die at once. */
export const directoryMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    hosts: z.array(directoryHost),
    peers: z.array(directoryPeer),
  }),
  /** Hosts that are new or changed, and those that are gone. */
  z.object({ type: z.literal('hosts'), hosts: z.array(directoryHost), removed: z.array(z.string()) }),
  z.object({ type: z.literal('peers'), peers: z.array(directoryPeer) }),
  z.object({ type: z.literal('revoked'), tokenId: z.string() }),
  /** The agent of this tunnel should go elsewhere: say go-away, let it finish. */
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

/** `GET` with `Upgrade: portolan-agent` and `Portolan-Cluster`, `Portolan-Workspace`, `Portolan-Token`: after 101 the connection is an agent's HTTP/1.1 connection. */
export const RELAY_PATH = '/internal/v1/relay';
export const RELAY_PROTOCOL = 'portolan-agent';
