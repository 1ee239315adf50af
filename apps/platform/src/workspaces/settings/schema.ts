import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { ApiAuthSetting } from '@portolan/contract/settings';
import { workspaces } from '../schema.ts';

/** Settings of workspaces; defaults apply to a workspace without a row. */
export const workspaceSettings = pgTable('workspace_settings', {
  workspaceId: text('workspace_id')
    .primaryKey()
    .references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Setting without secrets, for display. */
  apiAuth: jsonb('api_auth').$type<ApiAuthSetting>().notNull(),
  /** Sealed setting with secrets, for gateways. */
  sealedApiAuth: text('sealed_api_auth').notNull(),
});
