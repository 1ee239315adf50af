import { z } from 'zod';
import { timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

export const TOPICS = [
  'apis',
  'resources',
  'problems',
  'clusters',
  'tunnels',
  'brokers',
  'domains',
  'certificates',
  'users',
  'groups',
  'keys',
  'members',
  'providers',
  'logs',
  'metrics',
  'audit',
  'alerts',
  'workspace',
] as const;
export type Topic = (typeof TOPICS)[number];

/** Where live updates are: `GET` with `Accept: text/event-stream`; `?topics=a,b` narrows, `Last-Event-ID` resumes. */
export const EVENTS_PATH = '/api/v1/workspaces/{workspace}/events';

/** Data of one server-sent event: something of a topic changed; clients re-read what they show. */
export const changeEvent = z.object({
  topic: z.enum(TOPICS),
  /** Ids or keys of what changed; empty when many did. */
  ids: z.array(z.string()),
  change: z.enum(['created', 'updated', 'deleted', 'many']),
  at: timestamp,
});
export type ChangeEvent = z.infer<typeof changeEvent>;

export const streamEvents = defineRoute({
  method: 'GET',
  path: EVENTS_PATH,
  permission: 'workspace.read',
  summary: 'Live updates as server-sent events, of the topics the caller may read',
  tag: 'Events',
  params: workspaceParams,
  query: z.object({ topics: z.string().max(500).optional().describe('Comma-separated; all when absent') }),
  stream: 'text/event-stream',
  status: 200,
});
