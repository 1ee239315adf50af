/** What the platform asks of agents for someone who looks on, and what they reply. Nothing of it changes what agents serve. */
import { z } from 'zod';
import { sentTimestamp } from './list.ts';
import { requestQuery, requestRecord } from './requests.ts';
import { defineRoute } from './route.ts';

export const agentCommand = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('tail'),
    id: z.string(),
    /** The agent ends it then by itself. */
    endsAt: sentTimestamp,
    filter: z.string(),
    /** One of so many matching requests. */
    sample: z.number().int().min(1),
  }),
  z.object({
    kind: z.literal('list'),
    id: z.string(),
    endsAt: sentTimestamp,
    query: requestQuery,
  }),
]);
export type AgentCommand = z.output<typeof agentCommand>;

/** Kinds that an agent does not know are of later versions: it leaves them out. */
export const commandMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('commands'), commands: z.array(z.looseObject({ kind: z.string() })) }),
  /** Sent when nothing else was for 5 s. */
  z.object({ type: z.literal('idle') }),
]);

export const followCommands = defineRoute({
  method: 'GET',
  path: '/agent/v1/commands',
  permission: 'agent',
  summary:
    'Follow the commands for this cluster: all that hold now, again at each change, in newline-delimited JSON',
  tag: 'Agents',
  stream: 'application/x-ndjson',
  status: 200,
});

export const commandResult = z.object({
  /** Of the command. */
  id: z.string().max(64),
  /** Name of the replica: its host name. */
  gateway: z.string().min(1).max(253),
  requests: z.array(requestRecord).max(500),
  /** Requests that matched and are not sent, since the last result. */
  dropped: z.number().int().nonnegative(),
  /** Of a list: how many match, of how many. */
  matched: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
});
export type CommandResult = z.infer<typeof commandResult>;

export const reportCommandResult = defineRoute({
  method: 'POST',
  path: '/agent/v1/commands/results',
  permission: 'agent',
  summary: 'Report requests that a command asked for',
  tag: 'Agents',
  body: commandResult,
  bodyBytesMax: 4 * 1024 * 1024,
  response: z.object({
    /** False: nobody waits for results of this command any more. */
    isWanted: z.boolean(),
    /** False: the viewer does not keep up; these requests are not shown. */
    isTaken: z.boolean(),
  }),
  status: 200,
});
