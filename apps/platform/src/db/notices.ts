import { sql } from 'drizzle-orm';
import type { Queries } from './database.ts';

export const NOTICES = 'portolan_notices';

/** Sends a notice of this name to all replicas when the transaction commits. Unlike changes, notices are not stored. */
export async function sendNotice(db: Queries, name: string): Promise<void> {
  await db.execute(sql`select pg_notify(${NOTICES}, ${name})`);
}
