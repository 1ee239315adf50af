import { z } from 'zod';
import { listQuery, page, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** One mutation: who did what to what, from where. Each event carries the hash of the one before it. */
export const auditEvent = z.object({
  sequence: z.number().int(),
  at: timestamp,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  /** `terminal`, `cli`, `desktop`, `web`, `api`, `token`, `agent`, `sync`, `system`. */
  origin: z.string(),
  remoteAddress: z.string().nullable(),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  before: z.unknown(),
  after: z.unknown(),
  revision: z.number().int().nullable(),
  hash: z.string(),
});
export type AuditEvent = z.infer<typeof auditEvent>;

const tag = 'Audit';

export const listAudit = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/audit',
  permission: 'audit.read',
  summary: 'List what was changed, newest first',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(auditEvent),
  status: 200,
});
export const verifyAudit = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/audit/verification',
  permission: 'audit.read',
  summary: 'Walk the hash chain and tell whether anything in it was changed, removed or inserted',
  tag,
  params: workspaceParams,
  response: z.object({
    intact: z.boolean(),
    events: z.number().int(),
    /** First event that does not fit. */
    broken: z.object({ sequence: z.number().int(), reason: z.string() }).nullable(),
    /** Hash of the last event: keep it elsewhere to prove later that nothing was cut off. */
    head: z.string(),
  }),
  status: 200,
});
export const exportAudit = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/audit/export',
  permission: 'audit.read',
  summary: 'Export the audit as JSON lines, oldest first',
  tag,
  params: workspaceParams,
  stream: 'application/x-ndjson',
  status: 200,
});
