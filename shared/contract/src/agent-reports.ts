/** What agents report about their cluster: resources, OpenAPI documents, metrics, logs, use of keys. */
import { z } from 'zod';
import { sentTimestamp } from './list.ts';
import { kubernetesObject, objectOwner } from './resources.ts';
import { defineRoute } from './route.ts';
import { minutePoint } from './telemetry.ts';

const MIB = 1024 * 1024;
const agentRoute = { permission: 'agent', tag: 'Agents' } as const;

/** An object with its owner and public URLs. Values of Secrets never travel: agents remove them before sending. */
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

export const resourcesSnapshot = z.object({
  sequence: z.number().int(),
  objects: z.array(reportedObject),
  problems: z.array(reportedProblem),
});
export const resourcesDelta = z.object({
  base: z.number().int(),
  sequence: z.number().int(),
  upserts: z.array(reportedObject),
  deletes: z.array(z.string()),
  /** The full list, if it changed. */
  problems: z.array(reportedProblem).optional(),
});
export const resourcesAck = z.object({ sequence: z.number().int() });

/** Ten thousand objects of ten kilobytes, and as much again. */
const RESOURCES_BYTES_MAX = 256 * MIB;

export const replaceResources = defineRoute({
  ...agentRoute,
  method: 'PUT',
  path: '/agent/v1/resources',
  summary: 'Report all resources of the cluster, as of a sequence number',
  body: resourcesSnapshot,
  bodyBytesMax: RESOURCES_BYTES_MAX,
  response: resourcesAck,
  status: 200,
});
/** Fails with `sequence-gap` if `base` is not the platform's sequence number: send a snapshot then. */
export const updateResources = defineRoute({
  ...agentRoute,
  method: 'PATCH',
  path: '/agent/v1/resources',
  summary: 'Report changes of resources between two sequence numbers',
  body: resourcesDelta,
  bodyBytesMax: RESOURCES_BYTES_MAX,
  response: resourcesAck,
  status: 200,
  errors: ['sequence-gap'],
});

export const openApiInventory = z.object({
  /** Digests of documents; null where a document could not be fetched yet: the platform keeps the one it holds. */
  documents: z.array(z.object({ key: z.string().max(600), sha256: z.string().length(64).nullable() })),
});
export const openApiWanted = z.object({ wanted: z.array(z.string()) });

export const compareOpenApi = defineRoute({
  ...agentRoute,
  method: 'POST',
  path: '/agent/v1/openapi',
  summary:
    'List all APIs and versions that have an OpenAPI document; returns the keys of documents to upload',
  body: openApiInventory,
  response: openApiWanted,
  status: 200,
});

const DOCUMENT_BYTES_MAX = 16 * MIB;
export const openApiUpload = z.object({
  key: z.string().max(600),
  sha256: z.string().length(64),
  /** The text of the JSON document. */
  json: z.string().max(DOCUMENT_BYTES_MAX),
});

export const uploadOpenApi = defineRoute({
  ...agentRoute,
  method: 'PUT',
  path: '/agent/v1/openapi',
  summary: 'Upload one OpenAPI document',
  body: openApiUpload,
  bodyBytesMax: 3 * DOCUMENT_BYTES_MAX,
  status: 204,
});

export const metricsBatch = z.object({
  /**
   * What counted the points: a minute of one counter is stored once, and those of several add up. Without it, only the first point
   * of a series and minute is stored.
   */
  counter: z.string().min(1).max(100).optional(),
  points: z.array(minutePoint).max(5000),
  /** Points the agent had to drop since it started. */
  dropped: z.number().int().default(0),
});

export const reportMetrics = defineRoute({
  ...agentRoute,
  method: 'POST',
  path: '/agent/v1/metrics',
  summary: 'Report metrics per minute',
  body: metricsBatch,
  bodyBytesMax: 64 * MIB,
  status: 204,
});

export const logsBatch = z.object({
  entries: z
    .array(
      z.object({
        id: z.string(),
        time: sentTimestamp,
        level: z.enum(['info', 'warn', 'error', 'fatal']),
        event: z.string(),
        message: z.string(),
        fields: z.record(z.string(), z.unknown()),
      }),
    )
    .max(1000),
});

export const reportLogs = defineRoute({
  ...agentRoute,
  method: 'POST',
  path: '/agent/v1/logs',
  summary: "Report entries of the agent's log",
  body: logsBatch,
  bodyBytesMax: 64 * MIB,
  status: 204,
});

export const keyUse = z.object({ used: z.array(z.object({ id: z.string(), at: sentTimestamp })).max(5000) });

export const reportKeyUse = defineRoute({
  ...agentRoute,
  method: 'POST',
  path: '/agent/v1/keys/used',
  summary: 'Report when API keys were last used',
  body: keyUse,
  status: 204,
});
