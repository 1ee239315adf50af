import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import { changeEvent, type ChangeEvent, type Topic } from '@portolan/contract/events';
import type { Queries, Transaction } from './database.ts';
import { changes } from './schema.ts';
import { workspaces } from '../workspaces/schema.ts';

export const CHANNEL = 'portolan_changes';
const KEPT = sql`now() - interval '1 hour'`;
const IDS_MAX = 100;

/** A published change with its sequence in the workspace. */
export interface NumberedChange {
  readonly workspace: string;
  readonly sequence: number;
  readonly change: ChangeEvent;
}

export type ChangeKind = ChangeEvent['change'];

/** Change of objects of a topic. */
export interface Publication {
  readonly topic: Topic;
  readonly ids: readonly string[];
  readonly change: ChangeKind;
}

/**
 * Publishes changes when the transaction commits. Locks the workspace's row until then, so that sequence order is commit order;
 * call this once and late.
 */
export async function publish(
  tx: Transaction,
  workspace: string,
  ...publications: readonly Publication[]
): Promise<void> {
  const at = new Date().toISOString();
  const events = publications.map(({ topic, ids, change }): ChangeEvent =>
    ids.length > IDS_MAX ? { topic, ids: [], change: 'many', at } : { topic, ids: [...ids], change, at },
  );
  if (events.length === 0) return;
  // One statement: other writers of the workspace wait for each round trip while the row is locked.
  await tx.execute(sql`
    with moved as (
      update workspaces set change_sequence = change_sequence + ${events.length}::int where id = ${workspace}
      returning change_sequence as latest),
    written as (
      insert into changes (workspace_id, sequence, change)
      select ${workspace}, latest - ${events.length}::int + place, event
      from moved, jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as e(event, place))
    select pg_notify(${CHANNEL}, latest || ' ' || ${workspace}::text) from moved`);
}

const DELETED = 'deleted';

/** Publishes the deletion of a workspace when the transaction commits. */
export async function announceDeletion(tx: Transaction, workspace: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${CHANNEL}, ${`${DELETED} ${workspace}`})`);
}

/** Parses a notification: the latest sequence of a workspace, or null when it was deleted. */
export function parseNotification(payload: string): {
  readonly workspace: string;
  readonly sequence: number | null;
} {
  const [what = '', workspace = ''] = payload.split(' ');
  return { workspace, sequence: what === DELETED ? null : Number(what) };
}

/** Returns up to 1000 changes of a workspace after `sequence`, oldest first. */
export async function listChanges(
  db: Queries,
  workspace: string,
  sequence: number,
): Promise<NumberedChange[]> {
  const rows = await db
    .select()
    .from(changes)
    .where(and(eq(changes.workspaceId, workspace), gt(changes.sequence, sequence)))
    .orderBy(asc(changes.sequence))
    .limit(1000);
  return rows.map((row) => ({ workspace, sequence: row.sequence, change: changeEvent.parse(row.change) }));
}

/** Returns the latest and the oldest stored sequence. A subscriber before `oldest - 1` cannot resume. */
export async function changeWindow(
  db: Queries,
  workspace: string,
): Promise<{ readonly latest: number; readonly oldest: number }> {
  const [row] = await db
    .select({
      latest: workspaces.changeSequence,
      oldest: sql<
        string | null
      >`(select min(sequence) from ${changes} where ${changes.workspaceId} = ${workspace})`,
    })
    .from(workspaces)
    .where(eq(workspaces.id, workspace));
  const latest = row?.latest ?? 0;
  return { latest, oldest: row?.oldest === null || row === undefined ? latest + 1 : Number(row.oldest) };
}

/** Deletes changes older than an hour. */
export async function sweepChanges(db: Queries): Promise<void> {
  await db.delete(changes).where(lt(changes.createdAt, KEPT));
}

/** Increments and returns the revision of the workspace's desired state. */
export async function bumpRevision(tx: Transaction, workspace: string): Promise<number> {
  const [row] = await tx
    .update(workspaces)
    .set({ revision: sql`${workspaces.revision} + 1` })
    .where(eq(workspaces.id, workspace))
    .returning({ revision: workspaces.revision });
  if (!row) throw new Error(`workspace ${workspace} does not exist`);
  return row.revision;
}
