/**
 * What agent and platform say to each other. `link` is called on the platform's own address with the agent token;
 * everything else travels through a tunnel, where the broker has already established whose cluster it is.
 */
import { z } from 'zod';
import { timestamp } from './list.ts';
import { kubernetesObject, objectOwner } from './resources.ts';
import { minutePoint } from './telemetry.ts';

export const tunnelEndpoint = z.object({
  id: z.string(),
  brokerId: z.string(),
  region: z.string(),
  /** `ws://` or `wss://` base; the tunnel is `<url>/tunnel/<id>`. */
  url: z.string(),
});
export type TunnelEndpoint = z.infer<typeof tunnelEndpoint>;

export const LINK_PATH = '/agent/v1/link';
/** How many tunnels an agent keeps unless it is told otherwise, and at most. */
export const TUNNELS_WANTED = 3;
export const TUNNELS_MAX = 8;
export const linkRequest = z.object({
  /** Identity of the cluster: uid of namespace kube-system, or one kept in the state directory. */
  clusterUid: z.string().min(1).max(128),
  agentVersion: z.string().max(64),
  /** What the resources are read from, for people: `directory /srv/manifests`, `kubernetes v1.33`. */
  source: z.string().max(500),
  /** How many tunnels it is to keep, as far as there are brokers. */
  tunnels: z.number().int().min(1).max(TUNNELS_MAX).default(TUNNELS_WANTED),
});
/** 401 unknown or revoked token; 409 `token-in-use` by another cluster. */
export const linkResponse = z.object({
  clusterId: z.string(),
  clusterName: z.string(),
  workspace: z.string(),
  tunnels: z.array(tunnelEndpoint),
});
export type LinkResponse = z.infer<typeof linkResponse>;

export const HEARTBEAT_PATH = '/agent/v1/heartbeat';
export const heartbeat = z.object({
  agentVersion: z.string().max(64),
  counts: z.object({
    nodes: z.number().int(),
    apis: z.number().int(),
    gateways: z.number().int(),
    routes: z.number().int(),
  }),
  distributedRateLimitAvailable: z.boolean(),
  gateway: z.string().nullable(),
  unhealthy: z.array(z.string().max(500)).max(100),
});

/** A reported object with what the agent knows of it. Secret values never travel: they are replaced before sending. */
export const reportedObject = z.object({
  key: z.string(),
  object: kubernetesObject,
  owner: objectOwner,
  urls: z.array(z.string()).default([]),
});
export const reportedProblem = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  file: z.string().nullish(),
  line: z.number().int().nullish(),
  kind: z.string().nullish(),
  namespace: z.string().nullish(),
  name: z.string().nullish(),
  field: z.string().nullish(),
  message: z.string(),
  fix: z.string().nullish(),
});

export const RESOURCES_PATH = '/agent/v1/resources';
/** `PUT`: the whole picture at `sequence`. Answers `resourcesAck`. */
export const resourcesSnapshot = z.object({
  sequence: z.number().int(),
  objects: z.array(reportedObject),
  problems: z.array(reportedProblem),
});
/** `PATCH`: changes from `base` to `sequence`; 409 `sequence-gap` when the platform stands elsewhere → send a snapshot. */
export const resourcesDelta = z.object({
  base: z.number().int(),
  sequence: z.number().int(),
  upserts: z.array(reportedObject),
  deletes: z.array(z.string()),
  /** The full list, when it changed. */
  problems: z.array(reportedProblem).optional(),
});
export const resourcesAck = z.object({ sequence: z.number().int() });

export const OPENAPI_PATH = '/agent/v1/openapi';
/**
 * `POST`: every API and APIVersion that has an OpenAPI document; documents of others are forgotten. Without a digest it could not be had yet,
 * and the one the platform holds stays. Answers the keys whose documents the platform wants.
 */
export const openApiInventory = z.object({
  documents: z.array(z.object({ key: z.string().max(600), sha256: z.string().length(64).nullable() })),
});
export const openApiWanted = z.object({ wanted: z.array(z.string()) });
/** `PUT`: one document, as the text of its JSON. */
export const openApiUpload = z.object({
  key: z.string().max(600),
  sha256: z.string().length(64),
  json: z.string().max(16 * 1024 * 1024),
});

export const apiKeyRecord = z.object({
  id: z.string(),
  /** Lower-case hex of SHAKE-256 with 64 bytes of output. */
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
  notAfter: timestamp,
});

/** Everything the platform wants of one cluster. */
export const desiredState = z.object({
  keys: z.array(apiKeyRecord),
  apiAuth: z.looseObject({ kind: z.enum(['apiKey', 'jwt']) }),
  domains: z.array(objectDomains),
  certificates: z.array(issuedCertificate),
  /** Objects made on the platform; one of the same key in the cluster's own source wins. */
  objects: z.array(kubernetesObject),
  tunnels: z.array(tunnelEndpoint),
});
export type DesiredState = z.infer<typeof desiredState>;

/** `GET ?revision=N`: newline-delimited JSON that never ends; N is the last applied revision, absent for a first time. */
export const STATE_PATH = '/agent/v1/state';

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

export const APPLIED_PATH = '/agent/v1/state/applied';
export const appliedState = z.object({
  revision: z.number().int(),
  failed: z.array(reportedProblem).default([]),
});

export const METRICS_PATH = '/agent/v1/metrics';
export const metricsBatch = z.object({
  points: z.array(minutePoint).max(5000),
  dropped: z.number().int().default(0),
});

export const LOGS_PATH = '/agent/v1/logs';
export const logsBatch = z.object({
  entries: z
    .array(
      z.object({
        id: z.string(),
        time: timestamp,
        level: z.enum(['info', 'warn', 'error', 'fatal']),
        event: z.string(),
        message: z.string(),
        fields: z.record(z.string(), z.unknown()),
      }),
    )
    .max(1000),
});

export const KEY_USE_PATH = '/agent/v1/keys/used';
export const keyUse = z.object({ used: z.array(z.object({ id: z.string(), at: timestamp })).max(5000) });
