/** What the platform wants of a cluster, and how an agent follows it. */
import { z } from 'zod';
import { tunnelEndpoint } from './agent.ts';
import { publicCertificates } from './certificates.ts';
import { sentCommand } from './cluster-commands.ts';
import { timestamp } from './list.ts';
import { kubernetesObject } from './resources.ts';
import { defineRoute } from './route.ts';

export const apiKeyRecord = z.object({
  id: z.string(),
  /** See `hashApiKey`. */
  hash: z.string(),
  userId: z.string(),
  email: z.string(),
  groups: z.array(z.string()),
  suspended: z.boolean(),
  expiresAt: timestamp.nullable(),
});
export type ApiKeyRecord = z.infer<typeof apiKeyRecord>;

export const objectDomains = z.object({
  key: z.string(),
  generated: z.string().nullable(),
  custom: z.array(z.string()),
});
export const issuedCertificate = z.object({
  hosts: z.array(z.string()),
  cert: z.string(),
  key: z.string(),
});

/** How users sign in to the portals of a cluster. */
export const portalSignIn = z.object({
  /** Public URL of the platform; null where it has none and is reached by the URL the agent uses. */
  publicUrl: z.string().nullable(),
  /** Client of the users' issuer. */
  clientId: z.string(),
  /** What cookies of portals and tickets for previews are protected with; the same for all agents of the cluster. */
  secret: z.string(),
  workspace: z.string(),
});
export type PortalSignIn = z.infer<typeof portalSignIn>;

/** Everything the platform wants of one cluster. */
export const desiredState = z.object({
  keys: z.array(apiKeyRecord),
  apiAuth: z.looseObject({ kind: z.enum(['apiKey', 'jwt']) }),
  domains: z.array(objectDomains),
  certificates: z.array(issuedCertificate),
  /** Objects made on the platform; one of the same key in the cluster's own source takes precedence. */
  objects: z.array(kubernetesObject),
  tunnels: z.array(tunnelEndpoint),
  /** Absent in states that were kept before there were portals. */
  portals: portalSignIn.nullable().optional(),
  /** Absent while no public authority is configured. */
  publicCertificates: publicCertificates.nullable().optional(),
  /** Those that are to be carried out; absent in states that were kept before there were any. */
  commands: z.array(sentCommand).optional(),
});
export type DesiredState = z.infer<typeof desiredState>;

/** Sections present replace the agent's; keys are patched one by one. */
export const statePatch = z.object({
  type: z.literal('patch'),
  base: z.number().int(),
  revision: z.number().int(),
  keys: z.object({ upsert: z.array(apiKeyRecord), remove: z.array(z.string()) }).optional(),
  sections: desiredState.omit({ keys: true }).partial(),
});
export const stateMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), revision: z.number().int(), state: desiredState }),
  statePatch,
  /** Sent when nothing else was for 5 s. */
  z.object({ type: z.literal('idle'), revision: z.number().int() }),
]);
export type StateMessage = z.infer<typeof stateMessage>;

export const followState = defineRoute({
  method: 'GET',
  path: '/agent/v1/state',
  permission: 'agent',
  summary: 'Follow the desired state, as `StateMessage`s in newline-delimited JSON without an end',
  tag: 'Agents',
  query: z.object({
    revision: z.coerce.number().int().optional().describe('The last revision applied; absent at first'),
  }),
  stream: 'application/x-ndjson',
  status: 200,
});

/** Problems of the objects in it are part of the report of resources. */
export const appliedState = z.object({ revision: z.number().int() });

export const confirmState = defineRoute({
  method: 'POST',
  path: '/agent/v1/state/applied',
  permission: 'agent',
  summary: 'Confirm that a revision of the desired state is served',
  tag: 'Agents',
  body: appliedState,
  status: 204,
});
