import { OWN_KEYS_MAX, ownKey, type OwnKey } from '@portolan/contract/self-service';
import type { UserPrincipal } from '../auth/authenticate-user.ts';
import { AppError, notFound } from '../app-error.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { createKey, deleteKey, rotateKey, setKeyState } from '../users/keys/service.ts';
import { listKeysOf } from '../users/keys/store.ts';
import { lockUser } from '../users/store.ts';

/** Returns the keys of the signed-in user. The user is taken from the session only, never from the request. */
export async function listOwnKeys(
  { tx }: Pick<UnitOfWork, 'tx'>,
  { user }: UserPrincipal,
): Promise<OwnKey[]> {
  const keys = await listKeysOf(tx, user.id);
  return keys.map((key) => ownKey.parse(key));
}

export async function createOwnKey(
  work: UnitOfWork,
  principal: UserPrincipal,
  { name, expiresAt }: { readonly name: string; readonly expiresAt?: string | undefined },
): Promise<OwnKey & { key: string }> {
  const { user, workspace } = principal;
  await lockUser(work.tx, user.id);
  if ((await listKeysOf(work.tx, user.id)).length >= OWN_KEYS_MAX) throw tooManyKeys();
  const { key, id } = await createKey(work, workspace.id, { user: user.id, name, expiresAt });
  return { ...(await getOwnKey(work, principal, id)), key };
}

export async function setOwnKeyState(
  work: UnitOfWork,
  principal: UserPrincipal,
  { id, state }: { readonly id: string; readonly state: 'active' | 'suspended' },
): Promise<OwnKey> {
  await getOwnKey(work, principal, id);
  await setKeyState(work, principal.workspace.id, { id, state, by: 'user' });
  return getOwnKey(work, principal, id);
}

/** Replaces a key. The number of keys may exceed the maximum by the replaced one until that expires. */
export async function rotateOwnKey(
  work: UnitOfWork,
  principal: UserPrincipal,
  { id, graceSeconds }: { readonly id: string; readonly graceSeconds: number },
): Promise<OwnKey & { key: string }> {
  await lockUser(work.tx, principal.user.id);
  const before = await getOwnKey(work, principal, id);
  if (before.state === 'suspended') {
    throw new AppError('not-allowed', `Key ${before.name} is suspended.`, {
      fix: 'Resume it first, or create another key.',
    });
  }
  if ((await listOwnKeys(work, principal)).length > OWN_KEYS_MAX) throw tooManyKeys();
  const { key, id: newId } = await rotateKey(work, principal.workspace.id, { id, graceSeconds });
  return { ...(await getOwnKey(work, principal, newId)), key };
}

function tooManyKeys(): AppError {
  return new AppError('conflict', `You already have ${OWN_KEYS_MAX} API keys, the maximum.`, {
    fix: 'Delete a key that you no longer use.',
  });
}

export async function deleteOwnKey(work: UnitOfWork, principal: UserPrincipal, id: string): Promise<void> {
  await getOwnKey(work, principal, id);
  await deleteKey(work, principal.workspace.id, id);
}

async function getOwnKey(work: UnitOfWork, principal: UserPrincipal, id: string): Promise<OwnKey> {
  const key = (await listOwnKeys(work, principal)).find((one) => one.id === id);
  if (!key) throw notFound(`API key ${id}`);
  return key;
}
