import { email as emailSchema } from '@portolan/contract/list';
import type { User } from '@portolan/contract/users';
import type { Actor } from '../db/audit-chain.ts';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { isDuplicate } from '../db/duplicate.ts';
import { requireGroups } from '../users/groups/service.ts';
import { findGroupIds } from '../users/groups/store.ts';
import { AppError } from '../app-error.ts';
import { runUnitOfWork, type UnitOfWork } from '../db/unit-of-work.ts';
import { clean, groupName } from '../providers/clean.ts';
import { mapClaims } from '../providers/connectors/oidc-discovery.ts';
import { findActiveProvider } from '../providers/store.ts';
import type { ProviderClaims } from '../identity/single-sign-on/sign-in-provider.ts';
import {
  findUser,
  findUserByEmail,
  findUserByExternalId,
  insertUser,
  replaceGroups,
  updateUserRow,
} from '../users/store.ts';

const GROUPS_MAX = 200;

/** User attributes read from a provider's claims. */
interface Claimed {
  readonly externalId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly groups: readonly string[];
  readonly namesGroups: boolean;
}

/**
 * Returns the user that a provider signed in, created or updated from its claims. If the provider's users are also
 * synchronised, the synchronisation decides: disabled users may not sign in, and only its groups are assigned.
 * @throws AppError `provider-failed`, `not-allowed` or `conflict`.
 */
export async function provisionUser(db: Database, claims: ProviderClaims): Promise<{ userId: string }> {
  const claimed = readClaims(claims);
  const { workspace, provider, remoteAddress } = claims;
  const actor: Actor = { kind: 'sync', id: provider.id, name: provider.id, origin: 'web', remoteAddress };
  const scope = { workspace, actor, mutates: true };
  const run = () => runUnitOfWork(db, scope, (work) => writeUser(work, claims, claimed));
  // When one person signs in twice at the same time, the retry finds the rows of the first transaction.
  return run().catch((error: unknown) => (isDuplicate(error) ? run() : Promise.reject(error)));
}

function readClaims({ claims, provider }: ProviderClaims): Claimed {
  const { user } = mapClaims(claims, provider.mapping);
  const address = emailSchema.safeParse(user.email).data;
  if (user.userId === null)
    throw refused(`sent no ${provider.mapping.userId} claim`, 'Map the user id to another claim.');
  if (user.email === null)
    throw refused('sent no e-mail address', 'Allow the scope email for the client of Portolan there.');
  if (address === undefined)
    throw refused('sent an invalid e-mail address', 'Correct the address of your account there.');
  if (claims['email_verified'] === false)
    throw refused(`has not verified ${address}`, 'Verify the e-mail address there.');
  return {
    externalId: user.userId.slice(0, 500),
    email: address,
    firstName: clean(user.firstName ?? ''),
    lastName: clean(user.lastName ?? ''),
    company: clean(user.company ?? ''),
    groups: [...new Set(user.groups.map(groupName).filter((name) => name !== ''))].slice(0, GROUPS_MAX),
    namesGroups: provider.mapping.groups in claims,
  };
}

async function writeUser(
  work: UnitOfWork,
  signIn: ProviderClaims,
  claimed: Claimed,
): Promise<{ userId: string }> {
  const { workspace, provider } = signIn;
  const active = await findActiveProvider(work.tx, workspace);
  if (active?.id !== provider.id)
    throw refused('was replaced during the sign-in', 'Start again from the application.');
  const place = { workspace, provider: provider.id };
  // Read first: a user that another sign-in of the same person has just created is then found by its id as well.
  const holder = await findUserByEmail(work.tx, place, claimed.email);
  const known = await findUserByExternalId(work.tx, place, claimed.externalId);
  if (known?.state === 'disabled')
    throw new AppError('not-allowed', `User ${known.email} is disabled.`, {
      fix: 'Ask a workspace administrator to enable it.',
    });
  if (provider.isProvisioned) return admitProvisioned(work, signIn, { known, claimed });
  if (holder && holder.id !== known?.id) throw emailTaken(claimed.email);
  const before = known && (await findUser(work.tx, workspace, known.id));
  const userId = known?.id ?? newId('usr');
  if (!before) await create(work, signIn, { userId, claimed });
  else if (differs(before, claimed)) await update(work, claimed, userId);
  const changedGroups = await putIntoGroups(work, signIn, { userId, claimed, before: before?.groups ?? [] });
  const after = await findUser(work.tx, workspace, userId);
  if (!after) throw new Error('the written user was not found');
  const target = { kind: 'user', id: userId, name: after.email };
  if (before && !differs(before, claimed) && !changedGroups) {
    work.audit({ action: 'session.start', target, after: { provider: provider.id } });
    return { userId };
  }
  const revision = await work.bumpRevision();
  if (before) work.audit({ action: 'user.update', target, before, after, revision });
  else work.audit({ action: 'user.create', target, after, revision });
  work.publish('users', [userId], before ? 'updated' : 'created');
  return { userId };
}

/** Admits a user whom the provider sent before; claims change nothing. @throws AppError `not-allowed` for anyone else. */
function admitProvisioned(
  work: UnitOfWork,
  { provider }: ProviderClaims,
  {
    known,
    claimed,
  }: { readonly known: { id: string; email: string } | undefined; readonly claimed: Claimed },
): { userId: string } {
  if (!known)
    throw new AppError('not-allowed', `${claimed.email} has no account in this workspace.`, {
      fix: 'Ask an administrator of the identity provider for access.',
    });
  const target = { kind: 'user', id: known.id, name: known.email };
  work.audit({ action: 'session.start', target, after: { provider: provider.id } });
  return { userId: known.id };
}

/** The first user of a provider with an e-mail address keeps it, as in synchronisation. */
function emailTaken(email: string): AppError {
  return new AppError(
    'conflict',
    `Another user of the same provider already has the e-mail address ${email}.`,
    {
      fix: 'Ask a workspace administrator to change the address of one of the two users, or to delete one.',
    },
  );
}

function differs(before: User, claimed: Claimed): boolean {
  return (['email', 'firstName', 'lastName', 'company'] as const).some(
    (field) => before[field] !== claimed[field],
  );
}

async function create(
  work: UnitOfWork,
  { workspace, provider }: ProviderClaims,
  { userId, claimed }: { readonly userId: string; readonly claimed: Claimed },
): Promise<void> {
  const { externalId, email, firstName, lastName, company } = claimed;
  const fields = { externalId, email, firstName, lastName, company };
  await insertUser(work.tx, { id: userId, workspaceId: workspace, provider: provider.id, ...fields });
}

async function update(work: UnitOfWork, claimed: Claimed, userId: string): Promise<void> {
  const { email, firstName, lastName, company } = claimed;
  await updateUserRow(work.tx, userId, { email, firstName, lastName, company });
}

/** Replaces the user's groups. Returns whether they changed. */
async function putIntoGroups(
  work: UnitOfWork,
  { workspace, provider }: ProviderClaims,
  {
    userId,
    claimed,
    before,
  }: { readonly userId: string; readonly claimed: Claimed; readonly before: readonly string[] },
): Promise<boolean> {
  if (provider.isListed && !claimed.namesGroups) return false;
  const place = { workspace, provider: provider.id };
  const ids = provider.isListed
    ? await findGroupIds(work.tx, place, claimed.groups)
    : await requireGroups(work, place, claimed.groups);
  await replaceGroups(work.tx, { id: userId, workspaceId: workspace }, ids);
  const now = (await findUser(work.tx, workspace, userId))?.groups ?? [];
  const isSame = now.length === before.length && now.every((name) => before.includes(name));
  if (!isSame) work.publish('groups', ids, 'updated');
  return !isSame;
}

function refused(what: string, fix: string): AppError {
  return new AppError('provider-failed', `The identity provider of the workspace ${what}.`, { fix });
}
