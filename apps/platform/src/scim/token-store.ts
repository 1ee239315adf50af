import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { ScimToken } from '@portolan/contract/scim-tokens';
import type { Queries, Transaction } from '../db/database.ts';
import { workspaces } from '../workspaces/schema.ts';
import { scimTokens } from './schema.ts';

type Row = typeof scimTokens.$inferSelect;

/** Returns the SCIM tokens of a workspace, oldest first. */
export async function listTokenRows(db: Queries, workspace: string): Promise<ScimToken[]> {
  const rows = await db
    .select()
    .from(scimTokens)
    .where(eq(scimTokens.workspaceId, workspace))
    .orderBy(asc(scimTokens.createdAt));
  return rows.map(tokenView);
}

function tokenView({ id, name, createdBy, createdAt, lastUsedAt, expiresAt }: Row): ScimToken {
  return {
    id,
    name,
    createdBy,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

export async function insertToken(tx: Transaction, row: typeof scimTokens.$inferInsert): Promise<ScimToken> {
  const [inserted] = await tx.insert(scimTokens).values(row).returning();
  if (!inserted) throw new Error('the SCIM token was not inserted');
  return tokenView(inserted);
}

/** Deletes a token by id or name. Returns the token; undefined when there is none. */
export async function deleteTokenRow(
  tx: Transaction,
  workspace: string,
  idOrName: string,
): Promise<ScimToken | undefined> {
  const [deleted] = await tx
    .delete(scimTokens)
    .where(
      and(
        eq(scimTokens.workspaceId, workspace),
        or(eq(scimTokens.id, idOrName), eq(scimTokens.name, idOrName)),
      ),
    )
    .returning();
  return deleted && tokenView(deleted);
}

/** Returns the valid token of a hash with its workspace, and records its use, once a minute at most. */
export async function useToken(db: Queries, hash: Buffer) {
  const [row] = await db
    .select({
      id: scimTokens.id,
      name: scimTokens.name,
      lastUsedAt: scimTokens.lastUsedAt,
      workspace: { id: workspaces.id, name: workspaces.name },
    })
    .from(scimTokens)
    .innerJoin(workspaces, eq(workspaces.id, scimTokens.workspaceId))
    .where(
      and(eq(scimTokens.hash, hash), or(isNull(scimTokens.expiresAt), gt(scimTokens.expiresAt, sql`now()`))),
    );
  if (row)
    await db
      .update(scimTokens)
      .set({ lastUsedAt: sql`now()` })
      .where(
        and(
          eq(scimTokens.id, row.id),
          sql`coalesce(${scimTokens.lastUsedAt}, 'epoch') < now() - interval '1 minute'`,
        ),
      );
  return row;
}
