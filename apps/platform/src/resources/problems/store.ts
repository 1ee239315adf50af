import { and, eq, sql } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import type { ProblemView } from '@portolan/contract/resources';
import type { Queries, Transaction } from '../../db/database.ts';
import { clusters } from '../../clusters/schema.ts';
import { problems } from './schema.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';

const text = { type: 'text', isSearched: true } as const;
const maybe = { ...text, isNullable: true } as const;

const columns: ListColumns = {
  severity: { ...text, sql: sql`${problems.severity}` },
  code: { ...text, sql: sql`${problems.code}` },
  cluster: { ...text, sql: sql`${clusters.name}` },
  file: { ...maybe, sql: sql`${problems.file}` },
  line: { type: 'number', isNullable: true, sql: sql`${problems.line}` },
  kind: { ...maybe, sql: sql`${problems.kind}` },
  namespace: { ...maybe, sql: sql`${problems.namespace}` },
  name: { ...maybe, sql: sql`${problems.name}` },
  field: { ...maybe, sql: sql`${problems.field}` },
  message: { ...text, sql: sql`${problems.message}` },
  since: { type: 'time', sql: sql`${problems.since}` },
  age: { type: 'time', sql: sql`${problems.since}` },
};

type Row = typeof problems.$inferSelect & { readonly cluster: string };

/** Returns one page of the problems of a workspace's clusters. */
export function listProblemPage(tx: Transaction, workspace: string, query: ListQuery) {
  const id = sql<string>`${problems.clusterId} || ' ' || ${problems.id}`;
  return readPage<Row, ProblemView>(
    tx,
    query,
    {
      columns,
      sort: '-since',
      id: sql`(${id})`,
      scope: eq(problems.workspaceId, workspace),
      read: async ({ where, orderBy, limit, key }) => {
        const rows = await tx
          .select({ problem: problems, cluster: clusters.name, id, sortKey: key })
          .from(problems)
          .innerJoin(clusters, eq(clusters.id, problems.clusterId))
          .where(where)
          .orderBy(...orderBy)
          .limit(limit);
        return rows.map((row) => ({
          ...row.problem,
          cluster: row.cluster,
          id: row.id,
          sortKey: row.sortKey,
        }));
      },
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(problems)
          .innerJoin(clusters, eq(clusters.id, problems.clusterId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    ({ workspaceId: _workspaceId, since, ...row }) => ({ ...row, since: since.toISOString() }),
  );
}

/** Returns up to `limit` problems of a cluster that are errors. */
export function listErrors(db: Queries, clusterId: string, limit: number) {
  return db
    .select()
    .from(problems)
    .where(and(eq(problems.clusterId, clusterId), eq(problems.severity, 'error')))
    .limit(limit);
}
