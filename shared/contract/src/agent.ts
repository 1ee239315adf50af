/**
 * Calls of an agent to the platform. `linkAgent` goes to the platform's own address; every other call travels through a
 * tunnel, on a TLS connection of its own between agent and platform: brokers see neither its content nor a credential.
 */
import { z } from 'zod';
import { generation } from './clusters.ts';
import { timestamp } from './list.ts';
import { defineRoute } from './route.ts';

/** An agent as the platform authenticated it. Nothing that an agent or a broker sends can change it. */
export interface AgentIdentity extends ClusterIdentity {
  readonly credentialId: string;
}

/** A cluster, with the id of the workspace that it belongs to. */
export interface ClusterIdentity {
  readonly clusterId: string;
  readonly workspace: string;
}

/** Host name in the platform's certificate for agents; it is never resolved. */
export const PLATFORM_HOST = 'platform.portolan.internal';

export const tunnelEndpoint = z.object({
  id: z.string(),
  brokerId: z.string(),
  region: z.string(),
  /** `ws://` or `wss://` base; the tunnel is `<url>/tunnel/<id>`. */
  url: z.string(),
});
export type TunnelEndpoint = z.infer<typeof tunnelEndpoint>;

/** Number of tunnels an agent keeps by default, and at most. */
export const TUNNELS_WANTED = 3;
export const TUNNELS_MAX = 8;

/** Ed25519, SPKI in DER, base64. */
const agentPublicKey = z.base64().length(60);

/** What an agent authenticates with, together with its private key, which never leaves it. */
export const agentCredential = z.object({
  id: z.string(),
  /** Client certificate for TLS with the platform, PEM. */
  certificate: z.string(),
  /** Certificate of the authority that signs the platform's certificate for agents, PEM: the only one to trust. */
  authority: z.string(),
  issuedAt: timestamp,
  expiresAt: timestamp,
});
export type AgentCredential = z.infer<typeof agentCredential>;

/** `credential.json` of an agent's state directory: all it authenticates with. */
export const heldCredential = z.object({
  /** SHA-256 in hex of the token that was exchanged. */
  tokenHash: z.string(),
  /** PKCS #8, PEM. */
  privateKey: z.string(),
  credential: agentCredential,
});
export type HeldCredential = z.infer<typeof heldCredential>;

/** A kind of data that an agent does not send, because it was told so. */
export const notShared = z.object({
  name: z.string().max(64),
  title: z.string().max(100),
  /** What the platform would do with it, as the end of "so that …". */
  purpose: z.string().max(500),
});
export type NotShared = z.infer<typeof notShared>;

export const linkRequest = z.object({
  /** Identity of the cluster: uid of namespace kube-system, or one kept in the state directory. */
  clusterUid: z.string().min(1).max(128),
  agentVersion: z.string().max(64),
  /** Where the resources are read from, for display: `directory /srv/manifests`, `kubernetes v1.33`. */
  source: z.string().max(500),
  /** Of the resources it serves; agents that report none serve v2. */
  generation: generation.default('v2'),
  /** Whether references of Traefik's objects may lead to other namespaces. */
  allowCrossNamespace: z.boolean().default(false),
  tunnels: z.number().int().min(1).max(TUNNELS_MAX).default(TUNNELS_WANTED),
  notShared: z.array(notShared).max(50).default([]),
  /** Public key to issue a credential for; required with an agent token. */
  publicKey: agentPublicKey.optional(),
});
export const linkResponse = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  workspace: z.string(),
  tunnels: z.array(tunnelEndpoint),
  /** Issued in exchange for an agent token. */
  credential: agentCredential.optional(),
});
export type LinkResponse = z.infer<typeof linkResponse>;

/**
 * Called with an agent token (`pta_…`), which is exchanged for a credential once, or with a ticket (`ptc_…`) of the
 * credential. Repeating the exchange with the same public key returns the same credential. Fails with `invalid-token` if
 * the token is unknown, used or revoked, or the credential has ended; with `token-in-use` if another cluster uses it.
 */
export const linkAgent = defineRoute({
  method: 'POST',
  path: '/agent/v1/link',
  permission: 'agent-token',
  summary: 'Link an agent to its cluster: exchange a token for a credential, and get the tunnels to keep',
  tag: 'Agents',
  body: linkRequest,
  bodyBytesMax: 64 * 1024,
  response: linkResponse,
  status: 200,
  errors: ['invalid-token', 'token-in-use'],
});

/** The former credential ends two days after the new one was first used. */
export const renewAgentCredential = defineRoute({
  method: 'POST',
  path: '/agent/v1/credential',
  permission: 'agent',
  summary: 'Replace the credential of the agent by one for a new key',
  tag: 'Agents',
  body: z.object({ publicKey: agentPublicKey }),
  response: agentCredential,
  status: 200,
});

export const heartbeat = z.object({
  agentVersion: z.string().max(64),
  counts: z.object({
    nodes: z.number().int(),
    apis: z.number().int(),
    gateways: z.number().int(),
    routes: z.number().int(),
  }),
  distributedRateLimitAvailable: z.boolean(),
  /** URL at which the gateway listens; null without a plain listener. */
  gateway: z.string().nullable(),
  /** One sentence per endpoint that fails its health check. */
  unhealthy: z.array(z.string().max(500)).max(100),
});

export const reportHeartbeat = defineRoute({
  method: 'POST',
  path: '/agent/v1/heartbeat',
  permission: 'agent',
  summary: 'Report that the agent is alive, every 10 s',
  tag: 'Agents',
  body: heartbeat,
  status: 204,
});
