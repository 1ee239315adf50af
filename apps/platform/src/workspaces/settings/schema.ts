import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { ApiAuthSetting } from '@portolan/contract/settings';
import { workspaces } from '../schema.ts';

/** What was set for a workspace; without a row all is as it comes. */
export const workspaceSettings = pgTable('workspace_settings', {
  workspaceId: text('workspace_id')
    .primaryKey()
    .references(() => workspaces.id, { onDelete: 'cascade' }),
  /** As people may see it: without secrets. */
  apiAuth: jsonb('api_auth').$type<ApiAuthSetting>().notNull(),
  /** The whole of it, for gateways. */
  sealedApiAuth: text('sealed_api_auth').notNull(),
});
