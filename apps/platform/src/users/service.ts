import type { RouteDefinition } from '@portolan/contract/route';
import type { createUser as createRoute, updateUser as updateRoute, User } from '@portolan/contract/users';
import { endUserSessions } from '../auth/token-store.ts';
import { newId } from '../db/ids.ts';
import { onDuplicate } from '../db/duplicate.ts';
import { requireGroups } from './groups/service.ts';
import { AppError, notFound } from '../app-error.ts';
import type { ParsedInput } from '../http/input.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { listKeysOf } from './keys/store.ts';
import { requireInternal } from '../providers/service.ts';
import { deleteUserRow, findUser, insertUser, lockUser, replaceGroups, updateUserRow } from './store.ts';

type Body<R extends RouteDefinition> = ParsedInput<R> extends { readonly body: infer B } ? B : never;

/** Returns a user by id or e-mail address. @throws AppError `not-found`. */
export async function getUser(
  { tx }: Pick<UnitOfWork, 'tx'>,
  workspace: string,
  idOrEmail: string,
): Promise<User> {
  const user = await findUser(tx, workspace, idOrEmail);
  if (!user) throw notFound(`user ${idOrEmail}`);
  return user;
}

/**
 * Creates a user of the internal provider, and its groups where missing.
 * @throws AppError `already-exists` or `owned-elsewhere`.
 */
export async function createUser(
  work: UnitOfWork,
  workspace: string,
  body: Body<typeof createRoute>,
): Promise<User> {
  await requireInternal(work, workspace);
  const id = newId('usr');
  const { groups, ...fields } = body;
  const revision = await work.bumpRevision();
  await insertUser(work.tx, { id, workspaceId: workspace, ...fields, revision }).catch(onTaken(body.email));
  await putIntoGroups(work, { id, workspaceId: workspace }, groups);
  const user = await getUser(work, workspace, id);
  work.audit({ action: 'user.create', target: targetOf(user), after: user, revision });
  work.publish('users', [id], 'created');
  return user;
}

/**
 * Updates the given fields of a user.
 * @throws AppError `not-found`, `owned-elsewhere`, `already-exists`, or `revision-mismatch` when `revision` is given and not
 * current.
 */
export async function updateUser(
  work: UnitOfWork,
  workspace: string,
  { user: idOrEmail, change }: { readonly user: string; readonly change: Body<typeof updateRoute> },
): Promise<User> {
  const { id } = await getUser(work, workspace, idOrEmail);
  await lockUser(work.tx, id);
  const before = await getUser(work, workspace, id);
  const { groups, revision: expected, ...rest } = change;
  if (expected !== undefined && expected !== before.revision) {
    throw new AppError('revision-mismatch', `User ${before.email} was changed by someone else.`, {
      details: { current: before },
      fix: 'Review the current version and try again.',
    });
  }
  const fields = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (!mayChange(before, Object.keys(fields), groups !== undefined)) throw ownedElsewhere(before);
  const revision = await work.bumpRevision();
  await updateUserRow(work.tx, id, { ...fields, revision }).catch(onTaken(change.email ?? before.email));
  if (groups) await putIntoGroups(work, { id, workspaceId: workspace }, groups);
  const after = await getUser(work, workspace, id);
  work.audit({ action: 'user.update', target: targetOf(after), before, after, revision });
  work.publish('users', [id], 'updated');
  return after;
}

/** Sets the password of a user who has proved their identity, and ends their sessions. */
export async function setUserPassword(
  work: UnitOfWork,
  { id, email }: Pick<User, 'id' | 'email'>,
  passwordHash: string,
): Promise<void> {
  await updateUserRow(work.tx, id, { passwordHash });
  await endUserSessions(work.tx, id);
  work.audit({ action: 'user.set-password', target: { kind: 'user', id, name: email } });
  work.publish('users', [id], 'updated');
}

/** Deletes a user and their keys. @throws AppError `not-found` or `owned-elsewhere`. */
export async function deleteUser(work: UnitOfWork, workspace: string, idOrEmail: string): Promise<void> {
  const before = await getUser(work, workspace, idOrEmail);
  if (isListedElsewhere(before)) throw ownedElsewhere(before);
  const keys = await listKeysOf(work.tx, before.id);
  await deleteUserRow(work.tx, before.id);
  const revision = await work.bumpRevision();
  work.audit({ action: 'user.delete', target: targetOf(before), before, revision });
  work.publish('users', [before.id], 'deleted');
  if (keys.length > 0)
    work.publish(
      'keys',
      keys.map(({ id }) => id),
      'deleted',
    );
  if (before.groups.length > 0) work.publish('groups', [], 'many');
}

async function putIntoGroups(
  work: UnitOfWork,
  user: { readonly id: string; readonly workspaceId: string },
  names: readonly string[],
): Promise<void> {
  const ids = await requireGroups(work, { workspace: user.workspaceId, provider: 'internal' }, names);
  await replaceGroups(work.tx, user, ids);
  work.publish('groups', ids, 'updated');
}

/**
 * Returns whether the user's provider synchronises its users. Users of a generic OpenID provider appear by signing in, so they
 * are deleted here.
 */
function isListedElsewhere({ provider }: User): boolean {
  return provider !== 'internal' && !provider.startsWith('oidc:');
}

function mayChange(user: User, fields: readonly string[], changesGroups: boolean): boolean {
  if (user.provider === 'internal') return true;
  return !isListedElsewhere(user) && !changesGroups && fields.every((field) => field === 'state');
}

function targetOf(user: User): { kind: string; id: string; name: string } {
  return { kind: 'user', id: user.id, name: user.email };
}

function ownedElsewhere(user: User): AppError {
  return new AppError(
    'owned-elsewhere',
    `User ${user.email} belongs to the identity provider ${user.provider}.`,
    {
      fix: 'Change the user at the provider; the next synchronisation updates it here.',
    },
  );
}

function onTaken(email: string): (error: unknown) => never {
  return onDuplicate(`User ${email} already exists.`, {
    field: 'email',
    fix: 'Update the existing user, or use another e-mail address.',
  });
}
