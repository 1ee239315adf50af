import { Readable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { exportAudit, listAudit, verifyAudit, type AuditEvent } from '@portolan/contract/audit';
import type { ListQuery } from '@portolan/contract/list';
import type { Queries, Transaction } from '../db/database.ts';
import { auditEvents } from '../db/schema.ts';
import { mount, mountStream } from '../http/mount.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';
import type { CreateCapability } from '../platform.ts';
import { chainOfWorkspace, readChain, verifyChain } from './store.ts';

/** Reading the audit: list, verification, export. */
export const audit: CreateCapability = () => ({
  routes(api) {
    mount(api, listAudit, async ({ workspace, query }, { tx }) =>
      listAuditPage(tx, await chainOfWorkspace(tx, workspace.id), query),
    );
    mount(api, verifyAudit, async ({ workspace }, { tx }) =>
      verifyChain(tx, await chainOfWorkspace(tx, workspace.id)),
    );
    mountStream(api, exportAudit, async (c, { principal: { membership } }) => {
      if (!membership) throw new Error('authorised without a membership');
      const chain = await chainOfWorkspace(api.db, membership.workspace);
      const lines = Readable.from(jsonLines(api.db, chain));
      return c.body(Readable.toWeb(lines) as ReadableStream, 200, { 'content-type': 'application/x-ndjson' });
    });
  },
});

const columns: ListColumns = {
  sequence: { type: 'number', sql: sql`${auditEvents.sequence}` },
  at: { type: 'time', sql: sql`${auditEvents.at}` },
  age: { type: 'time', sql: sql`${auditEvents.at}` },
  actor: { type: 'text', sql: sql`${auditEvents.actorName}`, isSearched: true },
  origin: { type: 'text', sql: sql`${auditEvents.origin}` },
  action: { type: 'text', sql: sql`${auditEvents.action}`, isSearched: true },
  target: { type: 'text', sql: sql`${auditEvents.targetName}`, isSearched: true },
  kind: { type: 'text', sql: sql`${auditEvents.targetKind}` },
  targetId: { type: 'text', sql: sql`${auditEvents.targetId}` },
  address: { type: 'text', sql: sql`${auditEvents.remoteAddress}`, isNullable: true },
  revision: { type: 'number', sql: sql`${auditEvents.revision}`, isNullable: true },
};

async function listAuditPage(tx: Transaction, chain: string, query: ListQuery) {
  return readPage(
    tx,
    query,
    {
      columns,
      sort: '-sequence',
      id: sql`${auditEvents.sequence}::text`,
      scope: eq(auditEvents.chain, chain),
      read: async ({ where, orderBy, limit, key }) => {
        const rows = await tx
          .select({ event: auditEvents, sortKey: key })
          .from(auditEvents)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit);
        return rows.map(({ event, sortKey }) => ({ ...event, id: String(event.sequence), sortKey }));
      },
      count: (where) => tx.$count(auditEvents, where),
    },
    auditView,
  );
}

async function* jsonLines(db: Queries, chain: string): AsyncGenerator<string> {
  for await (const row of readChain(db, chain)) yield `${JSON.stringify(auditView(row))}\n`;
}

function auditView(row: typeof auditEvents.$inferSelect): AuditEvent {
  const { sequence, origin, remoteAddress, action, before, after, revision } = row;
  return {
    sequence,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    origin,
    remoteAddress,
    action,
    target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
    before,
    after,
    revision,
    hash: row.hash.toString('hex'),
  };
}
