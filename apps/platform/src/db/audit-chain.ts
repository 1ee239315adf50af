import { createHash } from 'node:crypto';
import { eq, sql, type SQL } from 'drizzle-orm';
import type { Transaction } from './database.ts';
import { workspaces } from '../workspaces/schema.ts';
import { auditChains, auditEvents } from './schema.ts';
import { canonicalJson } from './canonical-json.ts';

/** Who acts, and from where. */
export interface Actor {
  readonly kind: 'account' | 'user' | 'agent' | 'sync' | 'system';
  readonly id: string;
  readonly name: string;
  /** `terminal`, `cli`, `desktop`, `web`, `api`, `agent`, `sync`, `system`. */
  readonly origin: string;
  readonly remoteAddress: string | null;
}

/** One mutation: what was done to what. `before` and `after` never hold a secret. */
export interface AuditEntry {
  /** `user.create`, `key.suspend`, … */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string };
  readonly before?: unknown;
  readonly after?: unknown;
  readonly revision?: number;
  /** Chain to append to, for a workspace that the transaction has deleted; otherwise found by the workspace. */
  readonly chain?: string;
}

/** Chain of what belongs to no workspace. Every workspace's chain is its `uid`, which no one chooses. */
const PLATFORM_CHAIN = 'platform';
/** What the first event of a chain follows. */
export const GENESIS = Buffer.alloc(32);

/**
 * Appends one event to the hash chain of the workspace (null: the platform's own), in the caller's transaction, which
 * holds the chain from here on. Call it last.
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

/** SHA-256 over the event and the hash before it: a changed, removed or inserted event breaks every later link. */
export function hashOf({ previous, at, ...event }: Hashed): Buffer {
  const text = canonicalJson({ ...event, at: at.toISOString() });
  return createHash('sha256').update(previous).update(text).digest();
}
