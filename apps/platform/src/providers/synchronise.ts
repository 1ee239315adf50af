import { providerSettings } from '@portolan/contract/providers';
import type { Actor } from '../db/audit-chain.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';
import type { Platform } from '../platform.ts';
import { applyListing, compareListing, type Outcome } from './apply-listing.ts';
import type { Listing } from './connectors/connector.ts';
import { listEverything, listingPosition, START } from './list-everything.ts';
import { connectorOf, openSecret } from './settings.ts';
import { findProvider, noteProgress, takeSyncLease, updateProvider, type ProviderRow } from './store.ts';

/** From this many users on, losing most of them at once is taken for a fault of the provider. */
const ALARM_FROM = 10;

type Parts = Pick<Platform, 'db' | 'sealer' | 'log'>;

/** The synchronisations that run in this process. */
export class Synchronisations {
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Synchronises a provider; resolves when that has ended, also when it failed. */
  run(row: ProviderRow): Promise<void> {
    const job = synchronise(this.#parts, row, this.#stop.signal)
      .catch((error: unknown) =>
        this.#parts.log.error({ event: 'provider.sync-broken', error: String(error) }),
      )
      .finally(() => this.#running.delete(job));
    this.#running.add(job);
    return job;
  }

  /** Stops all of them; each continues from its last page at the next start. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }
}

/**
 * Synchronises one provider, unless another replica is at it. What was listed before a crash is not listed again;
 * nothing is changed before the listing is complete; a provider that suddenly has (almost) nobody changes nothing.
 */
async function synchronise(parts: Parts, provider: ProviderRow, signal: AbortSignal): Promise<void> {
  if (!(await takeSyncLease(parts.db, provider))) return;
  const row = await findProvider(parts.db, provider.workspaceId, provider.id);
  if (!row?.active) return;
  const settings = providerSettings.parse(row.settings);
  if (settings.kind === 'internal') return;
  try {
    const place = { workspace: row.workspaceId, id: row.id };
    const { listing } = connectorOf(settings, { secret: openSecret(parts, place, row.sealedSecret) });
    if (!listing) return;
    const run = await list(parts, row, { listing, signal });
    await apply(parts, row, run);
  } catch (error) {
    if (signal.aborted) return; // stopped with the platform: the next start goes on from the last page
    const message = error instanceof Error ? error.message : String(error);
    parts.log.warn({
      event: 'provider.sync-failed',
      workspace: row.workspaceId,
      provider: row.id,
      error: message,
    });
    await finish(parts, row, 'failed', message);
  } finally {
    await updateProvider(parts.db, row, { syncLeaseUntil: null });
  }
}

async function list(
  { db }: Parts,
  row: ProviderRow,
  { listing, signal }: { readonly listing: Listing; readonly signal: AbortSignal },
): Promise<number> {
  const left = row.syncState === 'running' ? listingPosition.safeParse(row.syncCursor).data : undefined;
  const run = left ? row.syncRun : row.syncRun + 1;
  await updateProvider(db, row, {
    syncState: 'running',
    syncStartedAt: new Date(),
    syncRun: run,
    syncCursor: left ?? START,
  });
  const onProgress = (position: Record<string, unknown>) => noteProgress(db, row, position);
  const task = { db, workspace: row.workspaceId, provider: row.id, run, listing, signal, onProgress };
  await listEverything(task, left ?? START);
  return run;
}

async function apply(parts: Parts, row: ProviderRow, run: number): Promise<void> {
  const listed = { workspace: row.workspaceId, provider: row.id, run };
  const actor: Actor = { kind: 'sync', id: row.id, name: row.id, origin: 'sync', remoteAddress: null };
  const verdict = await runUnitOfWork(
    parts.db,
    { workspace: row.workspaceId, actor, mutates: true },
    async (work) => {
      const { known, kept, listed: found } = await compareListing(work.tx, listed);
      if (known > 0 && (found === 0 || (known >= ALARM_FROM && kept * 2 < known))) {
        work.unchanged();
        return {
          alarm: `The provider listed ${found} users, of whom ${kept} of the ${known} known. Nothing was changed.`,
        };
      }
      const outcome = await applyListing(work.tx, listed);
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
  await finish(parts, row, 'succeeded', verdict.outcome ? skippedMessage(verdict.outcome) : null);
}

function skippedMessage({ skipped, skippedGroups }: Outcome): string | null {
  const parts = [
    skipped > 0 && `${skipped} users were left out: no e-mail, or one that another has.`,
    skippedGroups > 0 &&
      `${skippedGroups} groups were left out: a name with characters that deceive, one that is too long, or one that another has.`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : parts.join(' ');
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
