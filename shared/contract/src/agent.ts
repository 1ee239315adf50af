/**
 * Calls of an agent to the platform. `linkAgent` goes to the platform's own address; every other call travels on a
 * connection through a tunnel that the platform has authenticated as the agent's.
 */
import { z } from 'zod';
import { defineRoute } from './route.ts';

/** An agent as the platform authenticated it. Nothing that an agent sends in a call can change it. */
export const agentIdentity = z.object({ clusterId: z.string(), workspace: z.string(), tokenId: z.string() });
export type AgentIdentity = z.infer<typeof agentIdentity>;

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

export const linkRequest = z.object({
  /** Identity of the cluster: uid of namespace kube-system, or one kept in the state directory. */
  clusterUid: z.string().min(1).max(128),
  agentVersion: z.string().max(64),
  /** Where the resources are read from, for display: `directory /srv/manifests`, `kubernetes v1.33`. */
  source: z.string().max(500),
  tunnels: z.number().int().min(1).max(TUNNELS_MAX).default(TUNNELS_WANTED),
});
export const linkResponse = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  workspace: z.string(),
  tunnels: z.array(tunnelEndpoint),
});
export type LinkResponse = z.infer<typeof linkResponse>;

/** Fails with `invalid-token` if the token is unknown or revoked, `token-in-use` if another cluster uses it. */
export const linkAgent = defineRoute({
  method: 'POST',
  path: '/agent/v1/link',
  permission: 'agent-token',
  summary: 'Link an agent to its cluster and get the tunnels it is to keep',
  tag: 'Agents',
  body: linkRequest,
  bodyBytesMax: 64 * 1024,
  response: linkResponse,
  status: 200,
  errors: ['invalid-token', 'token-in-use'],
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
