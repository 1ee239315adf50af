import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import { changeEvent, type ChangeEvent, type Topic } from '@portolan/contract/events';
import type { Queries, Transaction } from './database.ts';
import { changes } from './schema.ts';
import { workspaces } from '../workspaces/schema.ts';

export const CHANNEL = 'portolan_changes';
const KEPT = sql`now() - interval '1 hour'`;
const IDS_MAX = 100;

/** A published change with its place in the workspace's order. */
export interface NumberedChange {
  readonly workspace: string;
  readonly sequence: number;
  readonly change: ChangeEvent;
}

export type ChangeKind = ChangeEvent['change'];

/** What happened to which objects of a topic. */
export interface Publication {
  readonly topic: Topic;
  readonly ids: readonly string[];
  readonly change: ChangeKind;
}

/**
 * Publishes changes with the transaction: every replica's subscribers hear of them when it commits, and never if it does
 * not. Takes the workspace's row lock until then, which is what makes sequence order commit order; call it late, and once.
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
  // One statement: whoever else changes something in this workspace waits for each round trip made here.
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

/** Announces with the transaction that a workspace and all its changes are deleted. */
export async function announceDeletion(tx: Transaction, workspace: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${CHANNEL}, ${`${DELETED} ${workspace}`})`);
}

/** What a notification says: the newest sequence of a workspace, null when the workspace was deleted. */
export function parseNotification(payload: string): {
  readonly workspace: string;
  readonly sequence: number | null;
} {
  const [what = '', workspace = ''] = payload.split(' ');
  return { workspace, sequence: what === DELETED ? null : Number(what) };
}

/** Changes of a workspace after `sequence`, oldest first. */
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

/** Current and oldest kept sequence: a subscriber older than `oldest` has missed changes for good. */
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

/** Forgets changes nobody will resume from any more. */
export async function sweepChanges(db: Queries): Promise<void> {
  await db.delete(changes).where(lt(changes.createdAt, KEPT));
}

/** Next number of the workspace's desired state. */
export async function bumpRevision(tx: Transaction, workspace: string): Promise<number> {
  const [row] = await tx
    .update(workspaces)
    .set({ revision: sql`${workspaces.revision} + 1` })
    .where(eq(workspaces.id, workspace))
    .returning({ revision: workspaces.revision });
  if (!row) throw new Error(`workspace ${workspace} is gone`);
  return row.revision;
}
