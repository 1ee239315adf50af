/** Commands of administrators to the agents of a cluster: each is carried out once, before its deadline, and reported once. */
import { z } from 'zod';
import { timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

const name = z.string().min(1).max(253);

/** A route of the cluster's own that a policy can guard. */
export const policyTarget = z.object({
  kind: z.enum(['Ingress', 'IngressRoute']),
  namespace: name,
  name,
});
export type PolicyTarget = z.infer<typeof policyTarget>;

export const commandRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('restart') }),
  z.object({ type: z.literal('set-policy'), target: policyTarget, policy: name }),
  z.object({ type: z.literal('remove-policy'), target: policyTarget }),
]);
export type CommandRequest = z.infer<typeof commandRequest>;

/** A command as agents get it, in the desired state. Types they do not know they refuse. */
export const sentCommand = z.looseObject({
  id: z.string(),
  type: z.string(),
  /** Agents carry it out before that time or not at all. */
  expiresAt: timestamp,
});
export type SentCommand = z.infer<typeof sentCommand>;

const outcome = {
  /** Reason of a failure, such as `unsupported-command`, `not-allowed`, `object-not-found`. */
  code: z.string().max(64).nullable(),
  message: z.string().max(1000).nullable(),
};

export const clusterCommand = z.object({
  id: z.string(),
  type: z.enum(['restart', 'set-policy', 'remove-policy']),
  target: policyTarget.nullable(),
  policy: z.string().nullable(),
  state: z.enum(['pending', 'succeeded', 'failed', 'expired']),
  ...outcome,
  createdAt: timestamp,
  expiresAt: timestamp,
  reportedAt: timestamp.nullable(),
});
export type ClusterCommand = z.infer<typeof clusterCommand>;

const params = workspaceParams.extend({ cluster: z.string() });

export const sendCommand = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}/commands',
  permission: 'clusters.write',
  summary: 'Send a command to the agents of a cluster, which report what became of it',
  tag: 'Clusters',
  params,
  body: commandRequest,
  response: clusterCommand,
  status: 202,
  errors: ['conflict'],
});
export const listCommands = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/clusters/{cluster}/commands',
  permission: 'clusters.read',
  summary: 'List the last 50 commands of a cluster, newest first',
  tag: 'Clusters',
  params,
  response: z.object({ commands: z.array(clusterCommand) }),
  status: 200,
});

/** The first report of a command counts. */
export const commandReport = z.object({
  id: z.string().max(64),
  outcome: z.enum(['succeeded', 'failed']),
  ...outcome,
});
export type CommandReport = z.infer<typeof commandReport>;

export const reportCommand = defineRoute({
  method: 'POST',
  path: '/agent/v1/command-reports',
  permission: 'agent',
  summary: 'Report what became of a command',
  tag: 'Agents',
  body: commandReport,
  status: 204,
});
