import { z } from 'zod';
import { listQuery, name, page, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** Figures of a tunnel since it is up, as the broker counts them. */
export const tunnelFigures = {
  rttMs: z.number().nullable(),
  streams: z.number().int(),
  streamsTotal: z.number().int(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  resets: z.number().int(),
  windowStalls: z.number().int(),
};

export const tunnelView = z.object({
  id: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  brokerId: z.string(),
  region: z.string(),
  state: z.enum(['live', 'draining', 'down']),
  since: timestamp.nullable(),
  remoteAddress: z.string().nullable(),
  ...tunnelFigures,
});
export type TunnelView = z.infer<typeof tunnelView>;

export const broker = z.object({
  id: z.string(),
  region: z.string(),
  state: z.enum(['live', 'draining', 'down']),
  url: z.string(),
  edge: z.object({ http: z.string().nullable(), https: z.string().nullable() }),
  sessions: z.number().int(),
  connections: z.number().int(),
  /** Since when an administrator keeps tunnels away from it; null is the usual state. */
  drainedAt: timestamp.nullable(),
  /** Only an approved broker receives the directory, tunnels and connections of agents. */
  approval: z.enum(['pending', 'approved', 'revoked']),
  /** Relative share of agents that the broker asks for. */
  capacity: z.number(),
  /** The most that it gets, as of its approval; null before. */
  approvedCapacity: z.number().nullable(),
  lastSeenAt: timestamp.nullable(),
  version: z.string(),
});
export type Broker = z.infer<typeof broker>;

/** Generations of the kinds of hub.traefik.io, which share group and version: a cluster has one of them. */
export const generation = z.enum(['v2', 'v3']);
export type Generation = z.infer<typeof generation>;

export const cluster = z.object({
  id: z.string(),
  name,
  state: z.enum(['never-connected', 'connected', 'degraded', 'disconnected']),
  agentVersion: z.string().nullable(),
  source: z.string().nullable(),
  /** As its agent reported when it linked; v2 until then. */
  generation,
  lastSeenAt: timestamp.nullable(),
  tunnels: z.object({ wanted: z.number().int(), live: z.number().int() }),
  counts: z.object({
    resources: z.number().int(),
    apis: z.number().int(),
    gateways: z.number().int(),
    nodes: z.number().int(),
    problems: z.number().int(),
  }),
  revision: z.object({ desired: z.number().int(), applied: z.number().int().nullable() }),
  distributedRateLimitAvailable: z.boolean().nullable(),
  /** What its agent does not report (`--share`). */
  notShared: z.array(z.object({ name: z.string(), title: z.string(), purpose: z.string() })),
  createdAt: timestamp,
});
export type Cluster = z.infer<typeof cluster>;
const params = workspaceParams.extend({ cluster: z.string() });

export const listClusters = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/clusters',
  permission: 'clusters.read',
  summary: 'List clusters',
  tag: 'Clusters',
  params: workspaceParams,
  query: listQuery,
  response: page(cluster),
  status: 200,
});
export const getCluster = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}',
  permission: 'clusters.read',
  summary: 'Get a cluster by id or name',
  tag: 'Clusters',
  params,
  response: cluster,
  status: 200,
});
export const createCluster = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/clusters',
  permission: 'clusters.write',
  summary: 'Enrol a cluster; the agent token is shown this once',
  tag: 'Clusters',
  params: workspaceParams,
  body: z.object({ name }),
  response: cluster.extend({ token: z.string() }),
  status: 201,
  errors: ['already-exists'],
});
export const rotateClusterToken = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}/token',
  permission: 'clusters.write',
  summary: 'Replace the agent token; the old one stops working at once',
  tag: 'Clusters',
  params,
  response: z.object({ token: z.string() }),
  status: 201,
});
export const revokeClusterToken = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}/token',
  permission: 'clusters.write',
  summary: 'Revoke the agent token and close its tunnels',
  tag: 'Clusters',
  params,
  status: 204,
});
export const deleteCluster = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}',
  permission: 'clusters.write',
  summary: 'Remove a cluster and what it reported',
  tag: 'Clusters',
  params,
  status: 204,
});
export const listTunnels = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/tunnels',
  permission: 'clusters.read',
  summary: 'List tunnels with their live figures',
  tag: 'Tunnels',
  params: workspaceParams,
  query: listQuery,
  response: page(tunnelView),
  status: 200,
});
export const listBrokers = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/brokers',
  permission: 'clusters.read',
  summary: 'List brokers',
  tag: 'Tunnels',
  params: workspaceParams,
  query: listQuery,
  response: page(broker),
  status: 200,
});

const tunnelParams = workspaceParams.extend({ tunnel: z.string() });
const brokerParams = workspaceParams.extend({ broker: z.string() });

export const reconnectTunnel = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/tunnels/{tunnel}/reconnect',
  permission: 'clusters.write',
  summary: 'Replace the connection of a tunnel; what it carries finishes first',
  tag: 'Tunnels',
  params: tunnelParams,
  response: tunnelView,
  status: 202,
  errors: ['conflict'],
});
export const closeTunnel = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/tunnels/{tunnel}/close',
  permission: 'clusters.write',
  summary: 'End the connection of a tunnel at once, with what it carries; the agent dials again',
  tag: 'Tunnels',
  params: tunnelParams,
  response: tunnelView,
  status: 202,
  errors: ['conflict'],
});
export const drainBroker = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/brokers/{broker}/drain',
  permission: 'clusters.write',
  summary: 'Move all tunnels away from a broker and place none there, until it is resumed',
  tag: 'Tunnels',
  params: brokerParams,
  response: broker,
  status: 202,
  errors: ['conflict'],
});
export const resumeBroker = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/brokers/{broker}/resume',
  permission: 'clusters.write',
  summary: 'Place tunnels at a drained broker again',
  tag: 'Tunnels',
  params: brokerParams,
  response: broker,
  status: 202,
});
export const approveBroker = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/brokers/{broker}/approve',
  permission: 'clusters.write',
  summary: 'Let a broker serve agents and the public, with the capacity that it asks for',
  tag: 'Tunnels',
  params: brokerParams,
  response: broker,
  status: 200,
});
export const revokeBroker = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/brokers/{broker}/revoke',
  permission: 'clusters.write',
  summary: 'Shut a broker out at once; its tunnels move to other brokers',
  tag: 'Tunnels',
  params: brokerParams,
  response: broker,
  status: 200,
  errors: ['conflict'],
});
