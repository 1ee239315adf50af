import { and, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Certificate, CertificateDetail } from '@portolan/contract/certificates';
import type { ListQuery } from '@portolan/contract/list';
import type { Queries, Transaction } from '../db/database.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';
import { querySource, selectRows } from '../lists/query-list.ts';

const time = z.coerce.date().nullable();
/** A row of `LISTED`, as the driver reads raw SQL: times as text. */
const listedRow = z.object({
  id: z.string(),
  host: z.string(),
  cluster_id: z.string(),
  cluster: z.string(),
  state: z.enum(['waiting', 'ordering', 'issued', 'failing']),
  reason: z.string().nullable(),
  issuer: z.string().nullable(),
  directory: z.string().nullable(),
  current: z.object({ serial: z.string() }).nullable(),
  not_before: time,
  not_after: time,
  renew_at: time,
  next_at: z.coerce.date(),
  window_start: time,
  window_end: time,
  failures: z.number(),
  confirmed_at: time,
  created_at: z.coerce.date(),
  attempts: z.array(
    z.object({
      at: z.string(),
      issuer: z.string(),
      challenge: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
});
type ListedCertificate = z.output<typeof listedRow>;

const LISTED = sql`(
  select t.*, c.name as cluster, t.host || ' ' || t.cluster_id as id
  from domain_certificates t join clusters c on c.id = t.cluster_id
) listed`;
const list = { selected: sql`listed.*`, from: LISTED, row: listedRow };

const text = { type: 'text', isSearched: true } as const;
const maybeTime = { type: 'time', isNullable: true } as const;
const maybeText = { ...text, isNullable: true } as const;

const columns: ListColumns = {
  host: { ...text, sql: sql`listed.host` },
  state: { ...text, sql: sql`listed.state` },
  cluster: { ...text, sql: sql`listed.cluster` },
  issuer: { ...maybeText, sql: sql`listed.issuer` },
  reason: { ...maybeText, sql: sql`listed.reason` },
  notAfter: { ...maybeTime, sql: sql`listed.not_after` },
  renewAt: { ...maybeTime, sql: sql`listed.renew_at` },
  nextAt: { type: 'time', sql: sql`listed.next_at` },
  failures: { type: 'number', sql: sql`listed.failures` },
  createdAt: { type: 'time', sql: sql`listed.created_at` },
  age: { type: 'time', sql: sql`listed.created_at` },
};

/** Returns one page of a workspace's certificates. */
export function listCertificatePage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<ListedCertificate, Certificate>(
    tx,
    query,
    querySource(tx, list, {
      columns,
      sort: 'host',
      id: sql`listed.id`,
      scope: sql`listed.workspace_id = ${workspace}`,
    }),
    certificateView,
  );
}

/** Returns the certificate of a host of a workspace; null when there is none. */
export async function findCertificate(
  db: Queries,
  workspace: string,
  host: string,
): Promise<CertificateDetail | null> {
  const where = and(sql`listed.workspace_id = ${workspace}`, sql`listed.host = ${host}`);
  const [row] = await selectRows(db, list, sql`where ${where} order by listed.created_at limit 1`);
  if (!row) return null;
  const { window_start: start, window_end: end } = row;
  return {
    ...certificateView(row),
    attempts: row.attempts,
    directory: row.directory,
    window: start && end ? { start: start.toISOString(), end: end.toISOString() } : null,
  };
}

function certificateView(row: ListedCertificate): Certificate {
  const iso = (date: Date | null) => date?.toISOString() ?? null;
  return {
    host: row.host,
    clusterId: row.cluster_id,
    cluster: row.cluster,
    state: row.state,
    reason: row.reason,
    issuer: row.issuer,
    serial: row.current?.serial ?? null,
    notBefore: iso(row.not_before),
    notAfter: iso(row.not_after),
    renewAt: iso(row.renew_at),
    nextAt: row.next_at.toISOString(),
    failures: row.failures,
    isServed: row.confirmed_at !== null,
    createdAt: row.created_at.toISOString(),
  };
}
