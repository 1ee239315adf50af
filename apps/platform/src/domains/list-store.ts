import { and, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Domain, DomainDetail } from '@portolan/contract/domains';
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
  kind: z.enum(['generated', 'custom']),
  state: z.enum(['served', 'pending', 'verified', 'at-risk', 'lost']),
  cluster_id: z.string(),
  cluster: z.string(),
  object_key: z.string(),
  registrable: z.string().nullable(),
  created_at: z.coerce.date(),
  checked_at: time,
  next_check_at: time,
  missing_since: time,
  moves_at: time,
  not_after: time,
  certificate: z
    .object({
      state: z.enum(['waiting', 'ordering', 'issued', 'failing']),
      reason: z.string().nullable(),
      renewAt: time,
      nextAt: z.coerce.date(),
    })
    .nullable(),
  seen: z
    .object({
      texts: z.array(z.string()),
      leadsTo: z.array(z.string()),
      leadsHere: z.boolean(),
      delegated: z.boolean().nullable().default(null),
      unknown: z.string().nullable(),
    })
    .nullable(),
});
export type ListedDomain = z.output<typeof listedRow>;

/** Domains that are served without proof, and all claims to others. */
const LISTED = sql`(
  select l.*, c.name as cluster, coalesce(p.not_after, t.not_after) as not_after,
    case when p.host is not null then jsonb_build_object(
      'state', p.state, 'reason', p.reason, 'renewAt', p.renew_at, 'nextAt', p.next_at) end as certificate,
    l.host || ' ' || l.cluster_id || ' ' || l.object_key as id
  from (
    select workspace_id, cluster_id, object_key, host, kind, 'served' as state, null as registrable, created_at,
      null::timestamptz as checked_at, null::timestamptz as next_check_at, null::timestamptz as missing_since,
      null::timestamptz as moves_at, null::jsonb as seen
    from domains d
    where released_at is null and not exists (
      select from domain_claims where host = d.host and cluster_id = d.cluster_id and object_key = d.object_key)
    union all
    select workspace_id, cluster_id, object_key, host, 'custom', state, registrable, created_at,
      checked_at, next_check_at, missing_since, moves_at, seen
    from domain_claims
  ) l
  join clusters c on c.id = l.cluster_id
  left join domain_certificates p on p.cluster_id = l.cluster_id and p.host = l.host
  left join certificates t on t.cluster_id = l.cluster_id and t.object_key = l.object_key and l.host = any(t.hosts)
) listed`;
const list = { selected: sql`listed.*`, from: LISTED, row: listedRow };

const text = { type: 'text', isSearched: true } as const;
const maybeTime = { type: 'time', isNullable: true } as const;

const columns: ListColumns = {
  host: { ...text, sql: sql`listed.host` },
  kind: { ...text, sql: sql`listed.kind` },
  state: { ...text, sql: sql`listed.state` },
  cluster: { ...text, sql: sql`listed.cluster` },
  object: { ...text, sql: sql`listed.object_key` },
  checkedAt: { ...maybeTime, sql: sql`listed.checked_at` },
  nextCheckAt: { ...maybeTime, sql: sql`listed.next_check_at` },
  certificateNotAfter: { ...maybeTime, sql: sql`listed.not_after` },
  createdAt: { type: 'time', sql: sql`listed.created_at` },
  age: { type: 'time', sql: sql`listed.created_at` },
};

/** Returns one page of a workspace's domains. */
export function listDomainPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<ListedDomain, Domain>(
    tx,
    query,
    querySource(tx, list, {
      columns,
      sort: 'host',
      id: sql`listed.id`,
      scope: sql`listed.workspace_id = ${workspace}`,
    }),
    domainView,
  );
}

/** Returns a domain of a workspace; when several objects claim it, the one that is served or the earliest. */
export async function findListed(db: Queries, workspace: string, host: string): Promise<ListedDomain | null> {
  const where = and(sql`listed.workspace_id = ${workspace}`, sql`listed.host = ${host}`);
  const order = sql`order by listed.state in ('served', 'verified', 'at-risk') desc, listed.created_at limit 1`;
  const [row] = await selectRows(db, list, sql`where ${where} ${order}`);
  return row ?? null;
}

/** Returns the public certificate of a domain. */
export function certificateOf({ certificate }: ListedDomain): DomainDetail['certificate'] {
  return (
    certificate && {
      ...certificate,
      renewAt: certificate.renewAt?.toISOString() ?? null,
      nextAt: certificate.nextAt.toISOString(),
    }
  );
}

export function domainView(row: ListedDomain): Domain {
  const iso = (date: Date | null) => date?.toISOString() ?? null;
  return {
    host: row.host,
    kind: row.kind,
    state: row.state,
    isServed: row.state !== 'pending' && row.state !== 'lost',
    clusterId: row.cluster_id,
    cluster: row.cluster,
    objectKey: row.object_key,
    createdAt: row.created_at.toISOString(),
    checkedAt: iso(row.checked_at),
    nextCheckAt: iso(row.next_check_at),
    missingSince: iso(row.missing_since),
    movesAt: iso(row.moves_at),
    certificateNotAfter: iso(row.not_after),
  };
}
