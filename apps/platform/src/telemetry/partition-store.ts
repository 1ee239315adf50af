import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ADVISORY_LOCKS } from '../db/advisory-locks.ts';
import type { Database, Transaction } from '../db/database.ts';
import { STEPS, type Step } from './steps.ts';

/** Partitions that are created ahead of time. */
const AHEAD = 2;
/** Waiting longer for a lock would hold up those who write behind it; the next run tries again. */
const LOCK_TIMEOUT = sql`set local lock_timeout = '2s'`;

const nameRow = z.object({ name: z.string() });

/**
 * Creates the partitions of metrics that are needed soon, and drops those that are past their retention, which takes no time
 * however much is in them. What belongs into no partition, being too late or from a clock ahead of time, is in the default
 * partition: minutes in there are deleted a day after they came, so that repeated ones remain known.
 */
export async function maintainPartitions(db: Database, now = Date.now()): Promise<void> {
  for (const step of STEPS) {
    const current = Math.floor(now / step.partitionMs);
    for (let at = current; at <= current + AHEAD; at++)
      await ensurePartition(db, step, at * step.partitionMs);
    for (const { name, startMs } of await listPartitions(db, step)) {
      if (startMs + step.partitionMs < now - step.keptMs) await dropPartition(db, step, { name, now });
    }
    await pruneDefault(db, step, now);
  }
  await pruneSeries(db);
}

function partitionName({ table }: Step, startMs: number): string {
  return `${table}_${new Date(startMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

async function ensurePartition(db: Database, step: Step, startMs: number): Promise<void> {
  const name = partitionName(step, startMs);
  const [partition, parent, rest] = [name, step.table, `${step.table}_default`].map((one) => sql.raw(one));
  const from = new Date(startMs).toISOString();
  const until = new Date(startMs + step.partitionMs).toISOString();
  await db.transaction(async (tx) => {
    await lockPartitions(tx);
    const { rows } = await tx.execute(sql`select to_regclass(${name}) is not null as "exists"`);
    if (rows[0]?.['exists'] === true) return;
    // Rows that were in the default partition until now would forbid the new one.
    await tx.execute(sql`create table ${partition} (like ${parent} including defaults including constraints including indexes)
      with (fillfactor = 85)`);
    await tx.execute(sql`lock table ${rest} in access exclusive mode`);
    await tx.execute(sql`with moved as (
        delete from ${rest} where start >= ${from}::timestamptz and start < ${until}::timestamptz returning *
      ) insert into ${partition} select * from moved`);
    await tx.execute(sql`alter table ${parent} attach partition ${partition}
      for values from (${sql.raw(`'${from}'`)}) to (${sql.raw(`'${until}'`)})`);
  });
}

async function lockPartitions(tx: Transaction): Promise<void> {
  await tx.execute(LOCK_TIMEOUT);
  await tx.execute(sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.metricPartitions})`);
}

async function listPartitions(
  db: Database,
  { table }: Step,
): Promise<{ readonly name: string; readonly startMs: number }[]> {
  const { rows } = await db.execute(sql`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass and c.relname ~ '_[0-9]{8}$'`);
  return rows.map((row) => {
    const { name } = nameRow.parse(row);
    const [, year, month, day] = /(\d{4})(\d{2})(\d{2})$/.exec(name) ?? [];
    return { name, startMs: Date.UTC(Number(year), Number(month) - 1, Number(day)) };
  });
}

async function dropPartition(
  db: Database,
  step: Step,
  { name, now }: { readonly name: string; readonly now: number },
): Promise<void> {
  await db.transaction(async (tx) => {
    await lockPartitions(tx);
    if (step.step === '1m') {
      // Minutes that came late must remain known, or their repetition would count again.
      const { rows } = await tx.execute(sql`select exists (
        select from ${sql.raw(name)} where received_at >= ${new Date(now - step.keptMs).toISOString()}::timestamptz) as recent`);
      if (rows[0]?.['recent'] === true) return;
    }
    await tx.execute(sql`drop table if exists ${sql.raw(name)}`);
  });
}

async function pruneDefault(db: Database, step: Step, now: number): Promise<void> {
  const table = sql.raw(`${step.table}_default`);
  const before = new Date(now - step.keptMs).toISOString();
  await db.execute(
    step.step === '1m'
      ? sql`delete from ${table} where received_at < ${before}::timestamptz`
      : sql`delete from ${table} where start < ${before}::timestamptz`,
  );
}

/** Deletes series that have no points any more: an API, a key or a user that is gone. */
async function pruneSeries(db: Database): Promise<void> {
  await db.execute(sql`
    delete from metric_series s where id in (
      select id from metric_series c
      where not exists (select from metric_1d p where p.series_id = c.id)
        and not exists (select from metric_1m p where p.series_id = c.id) limit 10000)`);
}
