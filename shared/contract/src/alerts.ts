import { z } from 'zod';
import { listQuery, name, page, timestamp, workspaceParams, sentTimestamp } from './list.ts';
import { defineRoute } from './route.ts';
import { SERIES_KINDS } from './telemetry.ts';

/** Figures of requests: rates per second, ratios 0–1, times in seconds. */
export const REQUEST_METRICS = [
  'requestsPerSecond',
  'errorsPerSecond',
  'clientErrorsPerSecond',
  'errorRatio',
  'clientErrorRatio',
  'averageResponseTime',
  'p50',
  'p90',
  'p95',
  'p99',
  'upstreamP99',
  'gatewayP99',
] as const;
/**
 * How many times faster than the objective allows errors use up its budget, over the time range and over a twelfth of it:
 * multi-window burn rates of the Site Reliability Workbook, chapter 5.
 */
export const BURN_METRIC = 'burnRate';
/** How many things of the workspace are in a state now. */
export const STATE_METRICS = [
  'clustersDisconnected',
  'tunnelsDown',
  'brokersDown',
  'problems',
  'certificatesExpiring',
  'certificatesExpiringSoon',
  'keysExpiring',
] as const;
/** State metrics whose receivers are notified of each thing that is added to a firing alert, once. */
export const EACH_METRICS: readonly string[] = [
  'certificatesExpiring',
  'certificatesExpiringSoon',
  'keysExpiring',
] satisfies (typeof STATE_METRICS)[number][];
export type StateMetric = (typeof STATE_METRICS)[number];

export const ALERT_METRICS = [...REQUEST_METRICS, BURN_METRIC, ...STATE_METRICS] as const;
/** What rules watch: series of requests, or the workspace and what belongs to it. */
export const ALERT_KINDS = [...SERIES_KINDS, 'workspace'] as const;
/** Name of a scope that stands for every object of its kind, each evaluated by itself. */
export const EVERY = '*';

export function isStateMetric(metric: string): metric is StateMetric {
  return STATE_METRICS.some((one) => one === metric);
}
export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;

const STEPS = [
  { step: '1m', seconds: 60, rangeMax: 600 },
  { step: '10m', seconds: 600, rangeMax: 3600 },
  { step: '1h', seconds: 3600, rangeMax: 86_400 },
  { step: '1d', seconds: 86_400, rangeMax: 30 * 86_400 },
] as const;
export type AlertStep = (typeof STEPS)[number];

/** The points a rule looks at: the longer its time range, the longer the step. */
export function stepOf(timeRangeSeconds: number): AlertStep {
  return STEPS.find(({ rangeMax }) => timeRangeSeconds <= rangeMax) ?? STEPS[3];
}

/** How many points a time range holds. */
export function pointsIn(timeRangeSeconds: number): number {
  return Math.max(1, Math.floor(timeRangeSeconds / stepOf(timeRangeSeconds).seconds));
}

export const alertScope = z.object({
  kind: z.enum(ALERT_KINDS),
  namespace: z.string().max(63).default(''),
  name: z
    .string()
    .min(1)
    .max(253)
    .describe('`*` watches each object of the kind, in the namespace if there is one'),
  cluster: z
    .string()
    .max(120)
    .nullable()
    .default(null)
    .describe('Id or name; null watches the sum of all clusters'),
});

/** Fires when at least `occurrence` points of the last `timeRange` seconds are strictly above (or below) the value. */
export const alertThreshold = z
  .object({
    metric: z.enum(ALERT_METRICS),
    condition: z.object({ above: z.boolean(), value: z.number().min(0).max(1e12) }),
    occurrence: z.number().int().min(1).max(30).default(1),
    timeRange: z
      .number()
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(600)
      .describe('Seconds'),
    /** Steps with fewer requests do not count: a ratio of three requests says nothing. */
    minRequests: z.number().int().min(0).max(1e9).default(0),
    /** Percent of requests without error that is promised; for burn rates. */
    objective: z.number().min(50).max(99.999).default(99.9),
  })
  .refine(({ metric, timeRange }) => metric !== BURN_METRIC || (timeRange >= 720 && timeRange <= 86_400), {
    path: ['timeRange'],
    error: 'must be 12 minutes to 24 hours for a burn rate',
  })
  .refine(
    ({ metric, occurrence, timeRange }) =>
      occurrence === 1 || (isSeries(metric) && occurrence <= pointsIn(timeRange)),
    {
      path: ['occurrence'],
      error: ({ input }) =>
        `can never be reached: ${rangeOf(input)} seconds hold ${pointsIn(rangeOf(input))} points of ${stepOf(rangeOf(input)).step}`,
    },
  );
export type AlertThreshold = z.output<typeof alertThreshold>;

function isSeries(metric: string): boolean {
  return REQUEST_METRICS.some((one) => one === metric);
}

function rangeOf(threshold: unknown): number {
  return Number((threshold as { timeRange?: unknown } | undefined)?.timeRange);
}

export const silence = z.object({ until: sentTimestamp, reason: name });

export const alertRule = z.object({
  id: z.string(),
  name,
  severity: z.enum(ALERT_SEVERITIES),
  enabled: z.boolean(),
  scope: alertScope.extend({ clusterName: z.string().nullable() }),
  threshold: alertThreshold,
  /** `unknown`: not looked at yet, or the clusters were not heard from for too much of the time range. */
  state: z.enum(['ok', 'firing', 'unknown', 'disabled']),
  silence: silence.extend({ by: z.string() }).nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type AlertRule = z.infer<typeof alertRule>;

/** One time a rule fired. */
export const alert = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.string() }),
  severity: z.enum(ALERT_SEVERITIES),
  state: z.enum(['firing', 'resolved']),
  scope: alertRule.shape.scope,
  /** As it was when it fired. */
  threshold: alertThreshold,
  /** What it fires for, of a rule that watches several things. */
  subjects: z.array(z.string()).default([]),
  /** Latest point. */
  value: z.number().nullable(),
  /** Points of the time range when it was last looked at while firing. */
  points: z.array(z.object({ at: timestamp, value: z.number() })),
  firedAt: timestamp,
  resolvedAt: timestamp.nullable(),
  silence: alertRule.shape.silence,
});
export type Alert = z.infer<typeof alert>;

const tag = 'Alerts';
const ruleParams = workspaceParams.extend({ rule: z.string().max(120).describe('Id or name') });
const ruleBody = z.object({
  name,
  severity: z.enum(ALERT_SEVERITIES).default('warning'),
  enabled: z.boolean().default(true),
  scope: alertScope,
  threshold: alertThreshold,
});

export const listAlertRules = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/alert-rules',
  permission: 'alerts.read',
  summary: 'List alert rules',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(alertRule),
  status: 200,
});
export const getAlertRule = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/alert-rules/{rule}',
  permission: 'alerts.read',
  summary: 'Get an alert rule by id or name',
  tag,
  params: ruleParams,
  response: alertRule,
  status: 200,
});
export const createAlertRule = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/alert-rules',
  permission: 'alerts.write',
  summary: 'Create an alert rule',
  tag,
  params: workspaceParams,
  body: ruleBody,
  response: alertRule,
  status: 201,
  errors: ['already-exists', 'conflict'],
});
export const updateAlertRule = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}/alert-rules/{rule}',
  permission: 'alerts.write',
  summary:
    'Change an alert rule; what is absent stays. A disabled rule is not looked at, and its alert is resolved',
  tag,
  params: ruleParams,
  body: z.object({
    name: name.optional(),
    severity: z.enum(ALERT_SEVERITIES).optional(),
    enabled: z.boolean().optional(),
    scope: alertScope.optional(),
    threshold: alertThreshold.optional(),
  }),
  response: alertRule,
  status: 200,
  errors: ['already-exists'],
});
export const deleteAlertRule = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/alert-rules/{rule}',
  permission: 'alerts.write',
  summary: 'Delete an alert rule with its alerts',
  tag,
  params: ruleParams,
  status: 204,
});
export const silenceAlertRule = defineRoute({
  method: 'PUT',
  path: '/api/v1/workspaces/{workspace}/alert-rules/{rule}/silence',
  permission: 'alerts.write',
  summary: 'Silence a rule until a time, with a reason; it goes on being looked at',
  tag,
  params: ruleParams,
  body: silence,
  response: alertRule,
  status: 200,
});
export const endSilence = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/alert-rules/{rule}/silence',
  permission: 'alerts.write',
  summary: 'End the silence of a rule',
  tag,
  params: ruleParams,
  response: alertRule,
  status: 200,
});
export const listAlerts = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/alerts',
  permission: 'alerts.read',
  summary: 'List alerts, firing ones first',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(alert),
  status: 200,
});
export const getAlert = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/alerts/{alert}',
  permission: 'alerts.read',
  summary: 'Get an alert with its points',
  tag,
  params: workspaceParams.extend({ alert: z.string().max(120) }),
  response: alert,
  status: 200,
});

/** What a rule would have done in the past. */
export const tryAlertRule = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/alert-rules/try',
  permission: 'alerts.read',
  summary: 'Evaluate a rule on stored metrics of the last days without saving it',
  tag,
  params: workspaceParams,
  body: z.object({
    scope: alertScope,
    threshold: alertThreshold,
    days: z.number().int().min(1).max(30).default(7),
  }),
  response: z.object({
    /** Times it would have fired, oldest first. */
    fired: z.array(
      z.object({ at: timestamp, until: timestamp.nullable(), subject: z.string(), value: z.number() }),
    ),
    evaluations: z.number().int(),
    /** Seconds between evaluations: the step of the rule. */
    everySeconds: z.number().int(),
  }),
  status: 200,
});
