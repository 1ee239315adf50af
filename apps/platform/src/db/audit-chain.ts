import { createHash } from 'node:crypto';
import { eq, sql, type SQL } from 'drizzle-orm';
import type { Transaction } from './database.ts';
import { workspaces } from '../workspaces/schema.ts';
import { auditChains, auditEvents } from './schema.ts';
import { canonicalJson } from './canonical-json.ts';

/** Actor of a mutation, with its origin. */
export interface Actor {
  readonly kind: 'account' | 'user' | 'agent' | 'sync' | 'scim' | 'system';
  readonly id: string;
  readonly name: string;
  /** One of `terminal`, `cli`, `desktop`, `web`, `api`, `agent`, `sync`, `scim`, `system`. */
  readonly origin: string;
  readonly remoteAddress: string | null;
}

/** Audit entry of one mutation. `before` and `after` never contain secrets. */
export interface AuditEntry {
  /** Action such as `user.create` or `key.suspend`. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string };
  readonly before?: unknown;
  readonly after?: unknown;
  readonly revision?: number;
  /** Chain to append to, for a workspace that the transaction deletes; otherwise that of the workspace. */
  readonly chain?: string;
}

/** Chain for events outside workspaces. The chain of a workspace is its `uid`, which nobody can choose. */
const PLATFORM_CHAIN = 'platform';
/** Hash that the first event of a chain refers to. */
export const GENESIS = Buffer.alloc(32);

/**
 * Appends an event to the hash chain of the workspace (null: of the platform) in the caller's transaction. Locks the chain
 * until the transaction ends, so call this last.
 */
export async function recordAudit(
  tx: Transaction,
  workspace: string | null,
  actor: Actor,
  entry: AuditEntry,
): Promise<void> {
  const [link] = await tx
    .insert(auditChains)
    .values({ id: entry.chain ?? chainOf(workspace), sequence: 1, head: GENESIS })
    .onConflictDoUpdate({ target: auditChains.id, set: { sequence: sql`${auditChains.sequence} + 1` } })
    .returning();
  if (!link) throw new Error('the audit chain was not written');
  const chain = link.id;
  const event = {
    chain,
    sequence: link.sequence,
    workspaceId: workspace,
    at: new Date(),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    origin: actor.origin,
    remoteAddress: actor.remoteAddress,
    action: entry.action,
    targetKind: entry.target.kind,
    targetId: entry.target.id,
    targetName: entry.target.name,
    before: entry.before ?? null,
    after: entry.after ?? null,
    revision: entry.revision ?? null,
    previous: link.head,
  };
  const hash = hashOf(event);
  await tx.insert(auditEvents).values({ ...event, hash });
  await tx.update(auditChains).set({ head: hash }).where(eq(auditChains.id, chain));
}

function chainOf(workspace: string | null): string | SQL {
  return workspace === null
    ? PLATFORM_CHAIN
    : sql`(select ${workspaces.uid} from ${workspaces} where ${workspaces.id} = ${workspace})`;
}

type Hashed = Omit<typeof auditEvents.$inferSelect, 'hash'>;

/**
 * Returns the SHA-256 of the event and the previous hash: changing, removing or inserting an event invalidates all later
 * hashes.
 */
export function hashOf({ previous, at, ...event }: Hashed): Buffer {
  const text = canonicalJson({ ...event, at: at.toISOString() });
  return createHash('sha256').update(previous).update(text).digest();
}
