import type { Provider, ProviderSettings } from '@portolan/contract/providers';
import { endConfinedSessions } from '../auth/token-store.ts';
import { AppError } from '../app-error.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import type { Queries } from '../db/database.ts';
import type { Platform } from '../platform.ts';
import { countPopulation, listExamples, activateProviderUsers } from './population-store.ts';
import type { Connector } from './connectors/connector.ts';
import {
  connectorOf,
  mayKeepSecrets,
  openSecret,
  providerId,
  sealSecret,
  splitSecrets,
  type ExternalSettings,
} from './settings.ts';
import {
  deactivateOthers,
  findActiveProvider,
  findProvider,
  listProviderRows,
  saveProvider,
  type ProviderRow,
} from './store.ts';

const KEPT_MS = 30 * 24 * 3600_000;
const NO_SYNC: Provider['sync'] = { state: 'never', startedAt: null, finishedAt: null, message: null };

type Sealing = Pick<Platform, 'sealer'>;
type Connecting = Pick<Platform, 'sealer' | 'outbound'> & { readonly db: Queries };

/** Returns the active provider first, then inactive ones that can be activated again. */
export async function listProviders(db: Queries, workspace: string): Promise<Provider[]> {
  const rows = await listProviderRows(db, workspace);
  const views: Provider[] = [];
  for (const row of rows) views.push(await providerView(db, row));
  if (!rows.some((row) => row.kind === 'internal')) views.push(await internalView(db, workspace, rows));
  return views.toSorted((a, b) => Number(b.active) - Number(a.active) || a.id.localeCompare(b.id));
}

async function internalView(
  db: Queries,
  workspace: string,
  others: readonly ProviderRow[],
): Promise<Provider> {
  const { users, groups } = await countPopulation(db, workspace, 'internal');
  const active = !others.some((row) => row.active);
  return {
    id: 'internal',
    kind: 'internal',
    active,
    settings: {},
    users,
    groups,
    deletedAt: null,
    sync: NO_SYNC,
  };
}

async function providerView(db: Queries, row: ProviderRow): Promise<Provider> {
  const { users, groups } = await countPopulation(db, row.workspaceId, row.id);
  const { kind: _, ...settings } = row.settings;
  const deletedAt = row.disabledAt && new Date(row.disabledAt.getTime() + KEPT_MS).toISOString();
  return {
    id: row.id,
    kind: row.kind,
    active: row.active,
    settings,
    users,
    groups,
    deletedAt,
    sync: syncView(row),
  };
}

export function syncView(row: ProviderRow): Provider['sync'] {
  return {
    state: row.syncState,
    startedAt: row.syncStartedAt?.toISOString() ?? null,
    finishedAt: row.syncFinishedAt?.toISOString() ?? null,
    message: row.syncMessage,
  };
}

/**
 * Returns a connector. A secret that `settings` omits is read from the stored provider, where that is safe.
 * @throws AppError `invalid-request` when it is missing.
 */
export async function connect(
  { db, sealer, outbound }: Connecting,
  workspace: string,
  settings: ExternalSettings,
): Promise<Connector> {
  const place = { workspace, id: providerId(settings) };
  const stored = await findProvider(db, workspace, place.id);
  const split = splitSecrets(settings);
  const kept = mayKeepSecrets(stored?.settings, settings) ? stored : undefined;
  const secret = split.secret ?? openSecret({ sealer }, place, kept?.sealedSecret);
  const signInSecret = split.signInSecret ?? openSecret({ sealer }, place, kept?.sealedSignInSecret);
  return connectorOf(outbound, settings, { secret, signInSecret });
}

interface ActiveProvider {
  readonly id: string;
  readonly settings: Record<string, unknown>;
  readonly secret: string | undefined;
  /** Secret of the client that users sign in with. */
  readonly signInSecret: string | undefined;
}

/** Returns the active provider with its secrets; undefined for the internal one. */
export async function activeProvider(
  { db, sealer }: Sealing & { readonly db: Queries },
  workspace: string,
): Promise<ActiveProvider | undefined> {
  const row = await findActiveProvider(db, workspace);
  if (!row) return undefined;
  const { id, settings } = row;
  const place = { workspace, id };
  return {
    id,
    settings,
    secret: openSecret({ sealer }, place, row.sealedSecret),
    signInSecret: openSecret({ sealer }, place, row.sealedSignInSecret),
  };
}

/** Returns how many users and keys activating the provider would disable and restore. */
export async function planSwitch(db: Queries, workspace: string, settings: ProviderSettings) {
  const from = (await findActiveProvider(db, workspace))?.id ?? 'internal';
  const to = providerId(settings);
  const leaving = await countPopulation(db, workspace, from);
  const returning = await countPopulation(db, workspace, to);
  const isSame = from === to;
  return {
    from,
    to,
    disabledUsers: isSame ? 0 : leaving.users,
    disabledKeys: isSame ? 0 : leaving.keys,
    restoredUsers: isSame ? 0 : returning.users,
    restoredKeys: isSame ? 0 : returning.keys,
    examples: isSame ? [] : await listExamples(db, workspace, from),
  };
}

/** Activates a provider. Users of the previous one are disabled and kept for 30 days, and restored if it is activated again. */
export async function useProvider(
  work: UnitOfWork,
  parts: Sealing,
  workspace: string,
  settings: ProviderSettings,
): Promise<Provider> {
  const id = providerId(settings);
  // Locks the workspace first: users that are provisioned meanwhile get the state that fits the provider in use.
  const revision = await work.bumpRevision();
  const before = (await findActiveProvider(work.tx, workspace))?.id ?? 'internal';
  const existing = await findProvider(work.tx, workspace, id);
  const { plain, secret, signInSecret } =
    settings.kind === 'internal' ? { plain: { kind: 'internal' } } : splitSecrets(settings);
  const keeps = settings.kind !== 'internal' && mayKeepSecrets(existing?.settings, settings);
  const sealedOr = (text: string | undefined, kept: string | null | undefined) =>
    text === undefined ? ((keeps ? kept : null) ?? null) : sealSecret(parts, { workspace, id }, text);
  await deactivateOthers(work.tx, workspace, id);
  if (before === 'internal' && id !== 'internal') await keepInternal(work, workspace);
  await saveProvider(work.tx, {
    workspaceId: workspace,
    id,
    kind: settings.kind,
    settings: plain,
    sealedSecret: sealedOr(secret, existing?.sealedSecret),
    sealedSignInSecret: sealedOr(signInSecret, existing?.sealedSignInSecret),
    active: true,
    disabledAt: null,
  });
  if (before !== id) {
    await activateProviderUsers(work.tx, workspace, id);
    await endConfinedSessions(work.tx, workspace);
  }
  const after = { from: before, to: id, settings: plain };
  work.audit({ action: 'provider.use', target: { kind: 'provider', id, name: id }, after, revision });
  work.publish('providers', [id], 'updated');
  for (const topic of ['users', 'groups', 'keys'] as const) work.publish(topic, [], 'many');
  const row = await findProvider(work.tx, workspace, id);
  if (!row) throw new Error('the saved provider was not found');
  return providerView(work.tx, row);
}

/** Stores the internal provider as inactive, so that its users are deleted after 30 days like those of others. */
async function keepInternal({ tx }: UnitOfWork, workspace: string): Promise<void> {
  const row = {
    workspaceId: workspace,
    id: 'internal',
    kind: 'internal',
    settings: { kind: 'internal' },
  } as const;
  await saveProvider(tx, { ...row, active: false, disabledAt: new Date() });
}

/** Requires that the internal provider is active. @throws AppError `owned-elsewhere`. */
export async function requireInternal({ tx }: Pick<UnitOfWork, 'tx'>, workspace: string): Promise<void> {
  const active = await findActiveProvider(tx, workspace);
  if (!active || active.kind === 'internal') return;
  throw new AppError(
    'owned-elsewhere',
    `Users and groups of this workspace are managed by the identity provider ${active.id}.`,
    {
      fix: 'Make the change at the provider; the next synchronisation updates it here.',
    },
  );
}
