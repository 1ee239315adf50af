import type { Database } from '../db/database.ts';
import type { Actor } from '../db/audit-chain.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';
import type { Platform } from '../platform.ts';
import { applyListing, compareListing, type LeftOut, type Outcome } from './listing-store.ts';
import { listEverything, listingPosition, START, type ListingPosition } from './list-everything.ts';
import { connectorOf, externalSettings, openSecret } from './settings.ts';
import {
  findProvider,
  isListed,
  recordProgress,
  takeSyncLease,
  updateProvider,
  type ProviderRow,
} from './store.ts';

/** Number of users from which losing more than half of them in one synchronisation is treated as a failure of the provider. */
const ALARM_FROM = 10;

type Parts = Pick<Platform, 'db' | 'sealer' | 'log' | 'outbound'>;

/** Synchronisations that run in this process. */
export class Synchronisations {
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Synchronises a provider. Resolves when the run has ended, also when it failed. */
  async run(provider: ProviderRow): Promise<void> {
    await (
      await this.begin(provider)
    ).ended;
  }

  /**
   * Starts a synchronisation unless one is already running in this or another process. Resolves when the provider's row is
   * marked as running, with that row and a promise for the end of the run.
   */
  async begin(provider: ProviderRow): Promise<{ readonly row: ProviderRow; readonly ended: Promise<void> }> {
    const { db, log } = this.#parts;
    const begun = await beginRun(db, provider);
    if (!begun) {
      const current = await findProvider(db, provider.workspaceId, provider.id);
      return { row: current ?? provider, ended: Promise.resolve() };
    }
    const ended = synchronise(this.#parts, begun, this.#stop.signal)
      .catch((error: unknown) => log.error({ event: 'provider.sync-broken', error: String(error) }))
      .finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return { row: begun.row, ended };
  }

  /** Stops all runs; each resumes from its last page at the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

interface Run {
  readonly row: ProviderRow;
  /** Position from which an interrupted listing resumes. */
  readonly position: ListingPosition;
}

/** Takes the lease and marks the provider as running; null when another replica holds the lease or the provider is inactive. */
async function beginRun(db: Database, provider: ProviderRow): Promise<Run | null> {
  if (!(await takeSyncLease(db, provider))) return null;
  const row = await findProvider(db, provider.workspaceId, provider.id);
  if (!row?.active || !isListed(row)) {
    await updateProvider(db, provider, { syncLeaseUntil: null });
    return null;
  }
  const left = row.syncState === 'running' ? listingPosition.safeParse(row.syncCursor).data : undefined;
  const change = {
    syncState: 'running',
    syncStartedAt: new Date(),
    syncRun: left ? row.syncRun : row.syncRun + 1,
    syncCursor: left ?? START,
  } as const;
  await updateProvider(db, row, change);
  return { row: { ...row, ...change }, position: left ?? START };
}

/**
 * Runs a synchronisation. An interrupted listing is resumed; changes are applied only when the listing has ended, and not at
 * all if most of the known users are missing from it.
 */
async function synchronise(parts: Parts, { row, position }: Run, signal: AbortSignal): Promise<void> {
  const { db, log, outbound } = parts;
  try {
    const settings = externalSettings(row.settings);
    const place = { workspace: row.workspaceId, id: row.id };
    const { listing } = connectorOf(outbound, settings, {
      secret: openSecret(parts, place, row.sealedSecret),
    });
    if (!listing) throw new Error('this kind of provider does not support synchronisation');
    const onProgress = (at: ListingPosition) => recordProgress(db, row, at);
    const { workspaceId: workspace, id: provider, syncRun: run } = row;
    const task = { db, workspace, provider, run, listing, signal, onProgress };
    await apply(parts, row, await listEverything(task, position));
  } catch (error) {
    if (signal.aborted) return; // stopped with the platform; the next start resumes from the last page
    const message = error instanceof Error ? error.message : String(error);
    log.warn({ event: 'provider.sync-failed', workspace: row.workspaceId, provider: row.id, error: message });
    await finish(parts, row, 'failed', message);
  } finally {
    await updateProvider(db, row, { syncLeaseUntil: null });
  }
}

async function apply(parts: Parts, row: ProviderRow, { doubt }: ListingPosition): Promise<void> {
  const listed = { workspace: row.workspaceId, provider: row.id, run: row.syncRun };
  const actor: Actor = { kind: 'sync', id: row.id, name: row.id, origin: 'sync', remoteAddress: null };
  const verdict = await runUnitOfWork(
    parts.db,
    { workspace: row.workspaceId, actor, mutates: true },
    async (work) => {
      const { known, kept, listed: found } = await compareListing(work.tx, listed);
      if (known > 0 && (found === 0 || (known >= ALARM_FROM && kept * 2 < known))) {
        work.unchanged();
        return {
          alarm: `The provider listed ${found} users, which include only ${kept} of ${known} known users. No changes were made.`,
        };
      }
      const outcome = await applyListing(work.tx, listed, { isComplete: doubt === null });
      if (isQuiet(outcome)) {
        work.unchanged();
        return { outcome };
      }
      const revision = await work.bumpRevision();
      const target = { kind: 'provider', id: row.id, name: row.id };
      work.audit({ action: 'provider.sync', target, after: outcome, revision });
      for (const topic of ['users', 'groups', 'keys'] as const) work.publish(topic, [], 'many');
      return { outcome };
    },
  );
  if (verdict.alarm !== undefined) {
    parts.log.error(
      { event: 'provider.sync-alarm', workspace: row.workspaceId, provider: row.id },
      verdict.alarm,
    );
    return finish(parts, row, 'alarm', verdict.alarm);
  }
  await finish(parts, row, 'succeeded', verdict.outcome ? messageOf(verdict.outcome, doubt) : null);
}

function messageOf({ leftOut }: Outcome, doubt: string | null): string | null {
  const parts = [
    doubt === null ? null : `Nothing was deleted because the provider's listing may be incomplete: ${doubt}.`,
    leftOutMessage('users', leftOut.users),
    leftOutMessage('groups', leftOut.groups),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}

function leftOutMessage(what: 'users' | 'groups', { count, examples }: LeftOut): string | null {
  if (count === 0) return null;
  const more = count > examples.length ? `; and ${count - examples.length} more` : '';
  return `${count} ${what} were skipped: ${examples.join('; ')}${more}.`;
}

async function finish(
  { db }: Parts,
  row: ProviderRow,
  syncState: ProviderRow['syncState'],
  syncMessage: string | null,
): Promise<void> {
  await updateProvider(db, row, { syncState, syncMessage, syncFinishedAt: new Date(), syncCursor: null });
  const scope = { workspace: row.workspaceId, actor: null, mutates: false };
  await runUnitOfWork(db, scope, async ({ publish }) => publish('providers', [row.id], 'updated'));
}

function isQuiet({ users, groups }: Outcome): boolean {
  return [...Object.values(users), ...Object.values(groups)].every((count) => count === 0);
}
