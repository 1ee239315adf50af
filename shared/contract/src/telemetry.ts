import { z } from 'zod';
import { histogram } from './histogram.ts';
import { listQuery, page, timestamp, workspaceParams, sentTimestamp } from './list.ts';
import { defineRoute } from './route.ts';

export const SERIES_KINDS = ['api', 'api-version', 'edge-ingress', 'ingress', 'service'] as const;

const count = z.number().int().nonnegative();

const sums = z.object({
  requests: count,
  errors: count.describe('5xx'),
  clientErrors: count.describe('4xx'),
  responseTimeSum: z.number().nonnegative().describe('seconds'),
  responseTimeCount: count,
  bytesIn: z.number().nonnegative(),
  bytesOut: z.number().nonnegative(),
});

/** Times of requests: all of it, what upstreams took of it, and the difference, which the gateway took. */
const latency = z.object({
  total: histogram,
  upstream: histogram.optional(),
  gateway: histogram.optional(),
});

/**
 * Ways to divide the traffic of an object into parts that add up to all of it: by class of status, source of the response
 * and reason of a refusal; by operation and status; by caller.
 */
export const DIVISIONS = ['outcome', 'operation', 'consumer'] as const;
export type Division = (typeof DIVISIONS)[number];

export const LABELS = [
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
export type Label = (typeof LABELS)[number];

export const labels = z.partialRecord(z.enum(LABELS), z.string().max(256));
export type Labels = Readonly<z.infer<typeof labels>>;

/** Value of a label under which everything is counted that has no name of its own because there are too many. */
export const OTHER = '(other)';
/** Operation of requests that no operation of the API's OpenAPI document describes. */
export const UNMATCHED = '(unmatched)';

/** A part of the traffic of a series. */
export const metricPart = sums.extend({
  by: z.enum(DIVISIONS),
  labels,
  latency: latency.optional(),
});
export type MetricPart = z.infer<typeof metricPart>;

/** One series over one minute, exactly the sums an agent counted. Idempotent by (cluster, series, minute). */
export const minutePoint = sums.extend({
  series: z.object({ kind: z.enum(SERIES_KINDS), namespace: z.string(), name: z.string() }),
  /** Start of the minute. */
  minute: sentTimestamp,
  latency: latency.optional(),
  /** The parts of one division may be spread over several points of one series and minute. */
  parts: z.array(metricPart).max(5000).optional(),
});
export type MinutePoint = z.infer<typeof minutePoint>;

const quantile = z.number().nullable().default(null);

/** Figures derived from sums; rates are per second, ratios 0–1, times in seconds. */
export const figures = z.object({
  timestamp,
  seconds: z.number(),
  requestsPerSecond: z.number(),
  errorsPerSecond: z.number(),
  errorRatio: z.number(),
  clientErrorsPerSecond: z.number(),
  clientErrorRatio: z.number(),
  averageResponseTime: z.number().nullable(),
  requests: z.number(),
  errors: z.number(),
  clientErrors: z.number(),
  responseTimeSum: z.number(),
  responseTimeCount: z.number(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  /** Times within 4.4 %; null without measurements. */
  p50: quantile,
  p90: quantile,
  p95: quantile,
  p99: quantile,
  upstreamP99: quantile.describe('What upstreams took, in seconds'),
  gatewayP99: quantile.describe('What the gateway took beside upstreams, in seconds'),
  /** Histograms, by which figures are merged: index of the first bucket of base 2^(1/8) seconds, then counts. */
  latency: histogram.default([]),
  upstreamLatency: histogram.default([]),
  gatewayLatency: histogram.default([]),
});
export type Figures = z.infer<typeof figures>;

export const getMetrics = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/metrics',
  permission: 'metrics.read',
  summary: 'Derived figures of series over time',
  tag: 'Metrics',
  params: workspaceParams,
  query: z.object({
    kind: z.enum(SERIES_KINDS).optional(),
    namespace: z.string().optional(),
    name: z.string().optional(),
    cluster: z.string().optional(),
    since: sentTimestamp.optional(),
    until: sentTimestamp.optional(),
    step: z.enum(['1m', '10m', '1h', '1d']).default('1m'),
  }),
  response: z.object({
    series: z.array(
      z.object({
        clusterId: z.string(),
        kind: z.enum(SERIES_KINDS),
        namespace: z.string(),
        name: z.string(),
        points: z.array(figures),
      }),
    ),
  }),
  status: 200,
});

/** A log entry of an agent; kept for 24 hours. */
export const logEntry = z.object({
  id: z.string(),
  clusterId: z.string(),
  cluster: z.string(),
  time: timestamp,
  level: z.enum(['info', 'warn', 'error', 'fatal']),
  event: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogEntry = z.infer<typeof logEntry>;

export const listLogs = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/logs',
  permission: 'logs.read',
  summary: 'Agent logs of the last 24 hours, newest first',
  tag: 'Logs',
  params: workspaceParams,
  query: listQuery,
  response: page(logEntry),
  status: 200,
});
