import { and, eq, lt, ne, or, isNull, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../db/database.ts';
import { identityProviders } from './schema.ts';

export type ProviderRow = typeof identityProviders.$inferSelect;
type Change = Partial<typeof identityProviders.$inferInsert>;

const LEASE = sql`now() + interval '2 minutes'`;

function at(workspace: string, id: string) {
  return and(eq(identityProviders.workspaceId, workspace), eq(identityProviders.id, id));
}

export async function findProvider(
  db: Queries,
  workspace: string,
  id: string,
): Promise<ProviderRow | undefined> {
  const [row] = await db.select().from(identityProviders).where(at(workspace, id));
  return row;
}

/** Returns the active provider; undefined for the internal one. */
export async function findActiveProvider(db: Queries, workspace: string): Promise<ProviderRow | undefined> {
  const [row] = await db
    .select()
    .from(identityProviders)
    .where(and(eq(identityProviders.workspaceId, workspace), eq(identityProviders.active, true)));
  return row;
}

export async function listProviderRows(db: Queries, workspace: string): Promise<ProviderRow[]> {
  return db.select().from(identityProviders).where(eq(identityProviders.workspaceId, workspace));
}

/** Returns whether users and groups of a provider are listed; those of others come by signing in or are pushed. */
export function isListed({ kind }: Pick<ProviderRow, 'kind'>): boolean {
  return kind === 'keycloak' || kind === 'okta' || kind === 'ldap';
}

/**
 * Time between synchronisations: an hour. Directories have no rate limits, so that their listing is read more often: it takes a
 * thirtieth of the time, and every 30 seconds at most.
 */
const INTERVAL = sql`case when ${identityProviders.kind} = 'ldap' then least(interval '1 hour', greatest(interval '30 seconds',
  30 * (coalesce(${identityProviders.syncFinishedAt}, now()) - ${identityProviders.syncStartedAt}))) else interval '1 hour' end`;

/** Returns the active providers of all workspaces whose next synchronisation is due. */
export async function listDueProviders(db: Queries): Promise<ProviderRow[]> {
  return db
    .select()
    .from(identityProviders)
    .where(
      and(
        eq(identityProviders.active, true),
        or(
          isNull(identityProviders.syncStartedAt),
          lt(identityProviders.syncStartedAt, sql`now() - (${INTERVAL})`),
        ),
      ),
    );
}

export async function saveProvider(
  tx: Transaction,
  row: typeof identityProviders.$inferInsert,
): Promise<void> {
  const { workspaceId: _, id: __, ...change } = row;
  await tx
    .insert(identityProviders)
    .values(row)
    .onConflictDoUpdate({ target: [identityProviders.workspaceId, identityProviders.id], set: change });
}

/** Deactivates all other providers of the workspace. */
export async function deactivateOthers(tx: Transaction, workspace: string, id: string): Promise<void> {
  await tx
    .update(identityProviders)
    .set({ active: false, disabledAt: sql`now()` })
    .where(
      and(
        eq(identityProviders.workspaceId, workspace),
        ne(identityProviders.id, id),
        eq(identityProviders.active, true),
      ),
    );
}

export async function updateProvider(db: Queries, row: ProviderRow, change: Change): Promise<void> {
  await db.update(identityProviders).set(change).where(at(row.workspaceId, row.id));
}

/** Takes the synchronisation lease for 2 minutes. Returns false while another replica holds it. */
export async function takeSyncLease(db: Queries, row: ProviderRow): Promise<boolean> {
  const taken = await db
    .update(identityProviders)
    .set({ syncLeaseUntil: LEASE })
    .where(
      and(
        at(row.workspaceId, row.id),
        or(isNull(identityProviders.syncLeaseUntil), lt(identityProviders.syncLeaseUntil, sql`now()`)),
      ),
    )
    .returning({ id: identityProviders.id });
  return taken.length > 0;
}

/** Renews the lease and stores the position to resume from. */
export async function recordProgress(
  db: Queries,
  row: ProviderRow,
  cursor: Record<string, unknown>,
): Promise<void> {
  await db
    .update(identityProviders)
    .set({ syncLeaseUntil: LEASE, syncCursor: cursor })
    .where(at(row.workspaceId, row.id));
}
