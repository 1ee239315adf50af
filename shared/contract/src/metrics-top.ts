/** Metrics divided by a dimension: who, what and how of the traffic of one object or of all of a kind. */
import { z } from 'zod';
import { sentTimestamp, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';
import { figures, SERIES_KINDS } from './telemetry.ts';

/** What traffic can be grouped by: the object itself, its cluster, or a label of its parts. */
export const METRIC_GROUPS = [
  'name',
  'cluster',
  'version',
  'class',
  'source',
  'reason',
  'operation',
  'status',
  'user',
  'groups',
  'application',
  'key',
] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

export const METRIC_ORDERS = [
  'requests',
  'errors',
  'clientErrors',
  'errorRatio',
  'averageResponseTime',
  'p99',
  'bytesIn',
  'bytesOut',
] as const;
export type MetricOrder = (typeof METRIC_ORDERS)[number];

const group = z.object({
  /** Value of the label; `namespace/name` for objects, the id for clusters; empty where a request has none. */
  value: z.string(),
  /** What people call it: the e-mail address of a user, the name of a key or cluster. */
  title: z.string(),
  figures,
  /** Of all requests, 0–1. */
  share: z.number(),
  /** The period of the same length before. */
  previous: figures.nullable(),
});
export type MetricsGroup = z.infer<typeof group>;

const changeMarker = z.object({
  at: timestamp,
  action: z.string(),
  /** Names of what was changed, at most three and how many more. */
  target: z.string(),
  by: z.string(),
  /** Of the workspace's resources, for changes made on the platform. */
  revision: z.number().int().nullable().default(null),
  /** Whether it changed the object that was asked about, or one that refers to it. */
  touches: z.boolean().default(false),
});
export type ChangeMarker = z.infer<typeof changeMarker>;

const labelFilter = z.string().max(256).optional();
/** Only what has these labels. */
const labelFilters = {
  version: labelFilter,
  class: labelFilter.describe('`2xx`, `4xx`, …'),
  source: labelFilter,
  reason: labelFilter,
  operation: labelFilter,
  status: labelFilter,
  user: labelFilter.describe('Id'),
  groups: labelFilter,
  application: labelFilter,
  key: labelFilter.describe('Id'),
};

const range = {
  kind: z.enum(SERIES_KINDS).default('api'),
  namespace: z.string().max(63).optional(),
  name: z.string().max(253).optional(),
  cluster: z.string().max(120).optional().describe('Id or name'),
  since: sentTimestamp.optional().describe('One hour before `until` by default'),
  until: sentTimestamp.optional().describe('Now by default'),
};

export const topMetrics = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/metrics/top',
  permission: 'metrics.read',
  summary: 'Traffic of a period grouped by a dimension, with the period before',
  tag: 'Metrics',
  params: workspaceParams,
  query: z.object({
    ...range,
    by: z.enum(METRIC_GROUPS).default('name'),
    sort: z.enum(METRIC_ORDERS).default('requests'),
    limit: z.coerce.number().int().min(1).max(1000).default(20),
    ...labelFilters,
  }),
  response: z.object({
    since: timestamp,
    until: timestamp,
    step: z.enum(['1m', '10m', '1h', '1d']),
    total: figures,
    previous: figures,
    groups: z.array(group),
    /** Groups that there are beside those listed. */
    others: z.number().int(),
    inventory: z.object({ nodes: z.number(), gateways: z.number(), apis: z.number() }),
  }),
  status: 200,
});

export const listMetricChanges = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/metrics/changes',
  permission: 'metrics.read',
  summary: 'What changed in a period: the latest 200 changes that may show in metrics, oldest first',
  tag: 'Metrics',
  params: workspaceParams,
  query: z.object({
    since: sentTimestamp,
    until: sentTimestamp.optional(),
    namespace: z.string().max(63).optional(),
    name: z.string().max(253).optional().describe('Object whose changes are marked by `touches`'),
  }),
  response: z.object({ changes: z.array(changeMarker) }),
  status: 200,
});
