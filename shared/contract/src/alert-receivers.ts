import { z } from 'zod';
import { ALERT_SEVERITIES, alert } from './alerts.ts';
import { email, name, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2000) }),
  z.object({ kind: z.literal('mail'), email }),
]);
export type ReceiverTarget = z.output<typeof target>;

/** Who is told when an alert fires and when it is over. */
export const alertReceiver = z.object({
  id: z.string(),
  name,
  target,
  /** Less severe alerts are not told of. */
  minSeverity: z.enum(ALERT_SEVERITIES),
  createdAt: timestamp,
  /** Notifications not delivered yet. */
  waiting: z.number().int(),
  lastDeliveredAt: timestamp.nullable(),
  /** Why the last attempt failed; null when it did not. */
  lastError: z.string().nullable(),
});
export type AlertReceiver = z.infer<typeof alertReceiver>;

/** What a webhook is sent, and mails are made of. Delivered at least once: the id tells a repetition. */
export const alertNotification = z.object({
  id: z.string(),
  /** `test`: somebody tries the receiver. */
  type: z.enum(['alert.fired', 'alert.resolved', 'test']),
  at: timestamp,
  workspace: z.object({ id: z.string(), name: z.string() }),
  alert: alert.nullable(),
});
export type AlertNotification = z.infer<typeof alertNotification>;

const tag = 'Alerts';
const params = workspaceParams.extend({ receiver: z.string().max(120).describe('Id or name') });

export const listAlertReceivers = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/alert-receivers',
  // The address of a webhook is often a secret itself.
  permission: 'workspace.write',
  summary: 'List who is told of alerts',
  tag,
  params: workspaceParams,
  response: z.object({ items: z.array(alertReceiver) }),
  status: 200,
});
export const createAlertReceiver = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/alert-receivers',
  permission: 'workspace.write',
  summary: 'Tell a webhook or a mail address of alerts from now on',
  tag,
  params: workspaceParams,
  body: z.object({ name, target, minSeverity: z.enum(ALERT_SEVERITIES).default('info') }),
  response: alertReceiver.extend({
    secret: z.string().nullable().describe('Signs what the webhook is sent; shown this once'),
  }),
  status: 201,
  errors: ['already-exists', 'conflict'],
});
export const testAlertReceiver = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/alert-receivers/{receiver}/test',
  permission: 'workspace.write',
  summary: 'Send a receiver a notification now, and say whether it arrived',
  tag,
  params,
  response: z.object({ delivered: z.boolean(), problem: z.string().nullable() }),
  status: 200,
});
export const deleteAlertReceiver = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/alert-receivers/{receiver}',
  permission: 'workspace.write',
  summary: 'Tell a receiver no more, also not of what waits',
  tag,
  params,
  status: 204,
});
