import { bigserial, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { AgentCommand, CommandResult } from '@portolan/contract/agent-commands';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** What agents of a workspace are asked now, for someone who looks on; at most ten minutes old. */
export const agentCommands = pgTable(
  'agent_commands',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Null: all clusters. */
    clusterId: text('cluster_id').references(() => clusters.id, { onDelete: 'cascade' }),
    command: jsonb('command').$type<AgentCommand>().notNull(),
    /** Moved on while the viewer reads; agents stop when it has passed. */
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    /** Results that the viewer has not read yet. */
    unread: integer('unread').notNull().default(0),
  },
  (t) => [index('agent_commands_workspace').on(t.workspaceId, t.expiresAt)],
);

/** Results on their way from the replica that an agent reports to, to the one that the viewer reads from; deleted once read. */
export const commandResults = pgTable(
  'command_results',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    commandId: text('command_id')
      .notNull()
      .references(() => agentCommands.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    result: jsonb('result').$type<CommandResult>().notNull(),
  },
  (t) => [index('command_results_command').on(t.commandId, t.id)],
);
