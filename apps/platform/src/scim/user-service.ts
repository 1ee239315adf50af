import { isDeepStrictEqual } from 'node:util';
import type { User } from '@portolan/contract/users';
import { endSessionsOfPeople } from '../auth/token-store.ts';
import { notFound } from '../app-error.ts';
import { isDuplicate } from '../db/duplicate.ts';
import { newId } from '../db/ids.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { ScimError } from '../http/scim-error.ts';
import { findActiveProvider } from '../providers/store.ts';
import { listKeysOf } from '../users/keys/store.ts';
import { getUser } from '../users/service.ts';
import { deleteUserRow, insertUser, lockUser, updateUserRow } from '../users/store.ts';
import { applyPatch, type PatchOperation } from './patch.ts';
import { requireMatch } from './preconditions.ts';
import { readResource, type Attributes } from './resource.ts';
import { entityTag, wantedUser, writableUser, type WantedUser } from './user-resource.ts';
import { findScimUser, saveScimUser, SCIM_PROVIDER, type ScimUserRow } from './user-store.ts';

/** Returns a provisioned user. @throws AppError `not-found`. */
export async function getScimUser(
  { tx }: Pick<UnitOfWork, 'tx'>,
  workspace: string,
  id: string,
): Promise<ScimUserRow> {
  const row = await findScimUser(tx, workspace, id);
  if (!row) throw notFound(`user ${id}`);
  return row;
}

/** Creates a user (RFC 7644 §3.3). @throws ScimError `invalidValue` or `uniqueness`. */
export async function createScimUser(
  work: UnitOfWork,
  workspace: string,
  input: Attributes,
): Promise<ScimUserRow> {
  const wanted = wantedUser(readResource('User', input));
  const id = newId('usr');
  const revision = await work.bumpRevision();
  const columns = await columnsOf(work, workspace, wanted);
  await insertUser(work.tx, {
    id,
    workspaceId: workspace,
    provider: SCIM_PROVIDER,
    ...columns,
    revision,
  }).catch(onTaken(wanted));
  await save(work, { workspace, id }, wanted);
  const after = await getUser(work, workspace, id);
  work.audit({ action: 'user.create', target: targetOf(after), after, revision });
  work.publish('users', [id], 'created');
  return getScimUser(work, workspace, id);
}

/** What a client changes in a user: everything (PUT), or what operations say (PATCH). */
export interface ScimUserChange {
  readonly id: string;
  /** The `If-Match` header. */
  readonly ifMatch: string | undefined;
  readonly change: { readonly replacement: Attributes } | { readonly operations: readonly PatchOperation[] };
}

/**
 * Changes a user (RFC 7644 §3.5). Deactivating one ends their sessions, and gateways refuse their keys.
 * @throws AppError `not-found`, or ScimError.
 */
export async function changeScimUser(
  work: UnitOfWork,
  workspace: string,
  { id, ifMatch, change }: ScimUserChange,
): Promise<ScimUserRow> {
  await getScimUser(work, workspace, id);
  await lockUser(work.tx, id);
  const row = await getScimUser(work, workspace, id);
  requireMatch(ifMatch, entityTag(row));
  const current = writableUser(row);
  const resource =
    'replacement' in change
      ? readResource('User', change.replacement)
      : applyPatch('User', current, change.operations);
  const wanted = wantedUser(resource);
  if (isDeepStrictEqual(wanted, wantedUser(current))) {
    work.unchanged();
    return row;
  }
  const before = await getUser(work, workspace, id);
  const revision = await work.bumpRevision();
  const columns = await columnsOf(work, workspace, wanted);
  await updateUserRow(work.tx, id, { ...columns, revision }).catch(onTaken(wanted));
  await save(work, { workspace, id }, wanted);
  if (row.isActive && !wanted.isActive)
    await endSessionsOfPeople(work.tx, { workspace, provider: SCIM_PROVIDER }, [row]);
  const after = await getUser(work, workspace, id);
  work.audit({ action: 'user.update', target: targetOf(after), before, after, revision });
  work.publish('users', [id], 'updated');
  return getScimUser(work, workspace, id);
}

/** Deletes a user with their keys and sessions (RFC 7644 §3.6). @throws AppError `not-found`. */
export async function deleteScimUser(work: UnitOfWork, workspace: string, id: string): Promise<void> {
  const row = await getScimUser(work, workspace, id);
  const before = await getUser(work, workspace, id);
  const keys = await listKeysOf(work.tx, id);
  await endSessionsOfPeople(work.tx, { workspace, provider: SCIM_PROVIDER }, [row]);
  await deleteUserRow(work.tx, id);
  const revision = await work.bumpRevision();
  work.audit({ action: 'user.delete', target: targetOf(before), before, revision });
  work.publish('users', [id], 'deleted');
  const keyIds = keys.map((key) => key.id);
  if (keyIds.length > 0) work.publish('keys', keyIds, 'deleted');
  if (before.groups.length > 0) work.publish('groups', [], 'many');
}

/**
 * Returns the columns of a user. While another provider is in use the state is kept for later, so that users can be provisioned
 * before SCIM is activated. Call this after `bumpRevision`, which orders it with a switch of providers.
 */
async function columnsOf({ tx }: UnitOfWork, workspace: string, wanted: WantedUser) {
  const { externalId, email, firstName, lastName, company } = wanted;
  const state = wanted.isActive ? 'active' : 'disabled';
  const isInUse = (await findActiveProvider(tx, workspace))?.id === SCIM_PROVIDER;
  const states = isInUse
    ? ({ state, keptState: null } as const)
    : ({ state: 'disabled', keptState: state } as const);
  return { externalId, email, firstName, lastName, company, ...states };
}

async function save(
  { tx }: UnitOfWork,
  { workspace, id }: { readonly workspace: string; readonly id: string },
  { userName, attributes, email }: WantedUser,
): Promise<void> {
  await saveScimUser(tx, { userId: id, workspaceId: workspace, userName, attributes }).catch(
    onTaken({ userName, email }),
  );
}

function onTaken({ userName, email }: Pick<WantedUser, 'userName' | 'email'>): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error)) throw error;
    throw new ScimError(
      'uniqueness',
      `Another user has the userName ${userName}, the e-mail address ${email}, or the same externalId.`,
    );
  };
}

function targetOf(user: User) {
  return { kind: 'user', id: user.id, name: user.email };
}
