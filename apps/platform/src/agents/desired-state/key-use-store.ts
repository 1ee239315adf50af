import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { keyUse } from '@portolan/contract/agent-reports';
import type { Database } from '../../db/database.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

/** Notes when keys were last used; only keys of the agent's own workspace, and never an earlier time or the future. */
export async function storeKeyUse(
  db: Database,
  identity: AgentIdentity,
  used: z.output<typeof keyUse>['used'],
): Promise<void> {
  if (used.length === 0) return;
  const rows = used.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await db.execute(sql`
    update api_keys set last_used_at = greatest(coalesce(last_used_at, 'epoch'), least(used.at, now()))
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as used(id text, at timestamptz)
    where api_keys.id = used.id and api_keys.workspace_id = ${identity.workspace}`);
}
