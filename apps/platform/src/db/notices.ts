import { sql } from 'drizzle-orm';
import type { Queries } from './database.ts';

export const NOTICES = 'portolan_notices';

/** Wakes whoever waits for a notice of this name, in all replicas, when the transaction commits. Unlike changes, notices are not kept. */
export async function sendNotice(db: Queries, name: string): Promise<void> {
  await db.execute(sql`select pg_notify(${NOTICES}, ${name})`);
}
