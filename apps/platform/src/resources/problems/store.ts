import { and, eq, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/pg-core';
import type { ListQuery } from '@portolan/contract/list';
import type { ProblemView } from '@portolan/contract/resources';
import type { Queries, Transaction } from '../../db/database.ts';
import { clusters } from '../../clusters/schema.ts';
import { problems } from './schema.ts';
import { selectUnknownGroups } from './unknown-group-store.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';

/** Reported problems, and those that only the platform sees. */
const all = new QueryBuilder()
  .select({
    clusterId: problems.clusterId,
    id: problems.id,
    workspaceId: problems.workspaceId,
    severity: problems.severity,
    code: problems.code,
    file: problems.file,
    line: problems.line,
    kind: problems.kind,
    namespace: problems.namespace,
    name: problems.name,
    field: problems.field,
    message: problems.message,
    fix: problems.fix,
    since: problems.since,
  })
  .from(problems)
  .unionAll(selectUnknownGroups())
  .as('all_problems');

const text = { type: 'text', isSearched: true } as const;
const maybe = { ...text, isNullable: true } as const;

const columns: ListColumns = {
  severity: { ...text, sql: sql`${all.severity}` },
  code: { ...text, sql: sql`${all.code}` },
  cluster: { ...text, sql: sql`${clusters.name}` },
  file: { ...maybe, sql: sql`${all.file}` },
  line: { type: 'number', isNullable: true, sql: sql`${all.line}` },
  kind: { ...maybe, sql: sql`${all.kind}` },
  namespace: { ...maybe, sql: sql`${all.namespace}` },
  name: { ...maybe, sql: sql`${all.name}` },
  field: { ...maybe, sql: sql`${all.field}` },
  message: { ...text, sql: sql`${all.message}` },
  since: { type: 'time', sql: sql`${all.since}` },
  age: { type: 'time', sql: sql`${all.since}` },
};

type Row = Omit<ProblemView, 'since'> & { readonly workspaceId: string; readonly since: Date };

/** Returns one page of the problems of a workspace's clusters. */
export function listProblemPage(tx: Transaction, workspace: string, query: ListQuery) {
  const id = sql<string>`${all.clusterId} || ' ' || ${all.id}`;
  return readPage<Row, ProblemView>(
    tx,
    query,
    {
      columns,
      sort: '-since',
      id: sql`(${id})`,
      scope: eq(all.workspaceId, workspace),
      read: async ({ where, orderBy, limit, key }) =>
        tx
          .select({ ...all._.selectedFields, id, cluster: clusters.name, sortKey: key })
          .from(all)
          .innerJoin(clusters, eq(clusters.id, all.clusterId))
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(all)
          .innerJoin(clusters, eq(clusters.id, all.clusterId))
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
