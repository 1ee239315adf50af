import { z } from 'zod';
import { listQuery, page, timestamp, workspaceParams, sentTimestamp } from './list.ts';
import { defineRoute } from './route.ts';

export const SERIES_KINDS = ['api', 'api-version', 'edge-ingress', 'ingress', 'service'] as const;

/** One series over one minute, exactly the sums an agent counted. Idempotent by (cluster, series, minute). */
export const minutePoint = z.object({
  series: z.object({ kind: z.enum(SERIES_KINDS), namespace: z.string(), name: z.string() }),
  /** Start of the minute. */
  minute: sentTimestamp,
  requests: z.number().int().nonnegative(),
  errors: z.number().int().nonnegative(),
  clientErrors: z.number().int().nonnegative(),
  responseTimeSum: z.number().nonnegative().describe('seconds'),
  responseTimeCount: z.number().int().nonnegative(),
  bytesIn: z.number().nonnegative(),
  bytesOut: z.number().nonnegative(),
});
export type MinutePoint = z.infer<typeof minutePoint>;

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
