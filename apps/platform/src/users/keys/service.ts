import { hashApiKey } from '@portolan/process/api-key-hash';
import type { ApiKey } from '@portolan/contract/keys';
import { LAST_INSTANT_MS } from '@portolan/contract/list';
import { newSecret } from '../../auth/secret-token.ts';
import { newId } from '../../db/ids.ts';
import { onDuplicate } from '../../db/duplicate.ts';
import { AppError, notFound } from '../../app-error.ts';
import type { UnitOfWork } from '../../db/unit-of-work.ts';
import { getUser } from '../service.ts';
import {
  deleteKeyRow,
  findKey,
  findSuspender,
  insertKey,
  retireKeyRow,
  suspendKeyRow,
  type Suspender,
} from './store.ts';

const PREFIX = 'ptl';
/** Maximum length of a name in the contract. */
const NAME_MAX = 120;
/** Length of the stored prefix: kind and eight characters, enough to recognise a key but not to guess it. */
const SHOWN_LENGTH = PREFIX.length + 1 + 8;

export interface NewKey {
  readonly user: string;
  readonly name: string;
  readonly expiresAt?: string | undefined;
}

async function getKey({ tx }: Pick<UnitOfWork, 'tx'>, workspace: string, id: string): Promise<ApiKey> {
  const key = await findKey(tx, workspace, id);
  if (!key) throw notFound(`API key ${id}`);
  return key;
}

/**
 * Creates a key. Its text is returned only here; the database and gateways hold its SHAKE-256 hash.
 * @throws AppError `not-found`, `invalid-request` or `already-exists`.
 */
export async function createKey(
  work: UnitOfWork,
  workspace: string,
  input: NewKey,
): Promise<ApiKey & { key: string }> {
  const { key, created, revision } = await addKey(work, workspace, input);
  work.audit({ action: 'key.create', target: targetOf(created), after: created, revision });
  return { ...created, key };
}

async function addKey(work: UnitOfWork, workspace: string, input: NewKey) {
  const user = await getUser(work, workspace, input.user);
  const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt);
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    throw new AppError('invalid-request', 'The expiry date of the key is in the past.', {
      fields: [{ field: 'expiresAt', message: 'must be in the future' }],
      fix: 'Choose a future date, or omit it for a key that does not expire.',
    });
  }
  const key = newSecret(PREFIX);
  const id = newId('key');
  const row = { id, workspaceId: workspace, userId: user.id, name: input.name, expiresAt };
  await insertKey(work.tx, { ...row, prefix: key.slice(0, SHOWN_LENGTH), hash: hashApiKey(key) }).catch(
    onDuplicate(`${user.email} already has a key named ${input.name}.`, {
      field: 'name',
      fix: 'Choose another name.',
    }),
  );
  const revision = await work.bumpRevision();
  const created = await getKey(work, workspace, id);
  work.publish('keys', [id], 'created');
  work.publish('users', [user.id], 'updated');
  return { key, created, revision };
}

export interface Rotation {
  readonly id: string;
  readonly graceSeconds: number;
  readonly expiresAt?: string | undefined;
}

/**
 * Replaces a key with a new one of the same name. Both are valid during the grace period; then the old one expires.
 * @throws AppError `not-found` or `invalid-request`.
 */
export async function rotateKey(
  work: UnitOfWork,
  workspace: string,
  { id, graceSeconds, expiresAt }: Rotation,
): Promise<ApiKey & { key: string; previous: ApiKey | null }> {
  const before = await getKey(work, workspace, id);
  if (graceSeconds === 0) await deleteKeyRow(work.tx, id);
  else {
    const end = Math.min(
      Date.now() + graceSeconds * 1000,
      before.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(before.expiresAt),
    );
    await retireKeyRow(work.tx, id, retiredName(before), new Date(end));
  }
  const { key, created, revision } = await addKey(work, workspace, {
    user: before.userId,
    name: before.name,
    expiresAt: expiresAt ?? sameLifetime(before),
  });
  const previous = graceSeconds === 0 ? null : await getKey(work, workspace, id);
  work.audit({
    action: 'key.rotate',
    target: targetOf(before),
    before,
    after: { ...created, previous },
    revision,
  });
  work.publish('keys', [id], previous === null ? 'deleted' : 'updated');
  return { ...created, key, previous };
}

/** Returns the name of a rotated key. Names are unique per user, so it gets the end of its id. */
function retiredName({ id, name }: ApiKey): string {
  const tail = ` (rotated ${id.slice(-6)})`;
  return `${name.slice(0, NAME_MAX - tail.length)}${tail}`;
}

function sameLifetime({ createdAt, expiresAt }: ApiKey): string | undefined {
  if (expiresAt === null) return undefined;
  const end = Date.now() + Date.parse(expiresAt) - Date.parse(createdAt);
  return new Date(Math.min(end, LAST_INSTANT_MS)).toISOString();
}

export interface KeyStateChange {
  readonly id: string;
  readonly state: 'active' | 'suspended';
  readonly by: Suspender;
}

/**
 * Suspends or resumes a key.
 * @throws AppError `not-found`, or `not-allowed` when a user resumes a key that an administrator suspended.
 */
export async function setKeyState(
  work: UnitOfWork,
  workspace: string,
  { id, state, by }: KeyStateChange,
): Promise<ApiKey> {
  const before = await getKey(work, workspace, id);
  const suspender = await findSuspender(work.tx, id);
  if (by === 'user' && suspender === 'administrator') {
    if (state === 'active')
      throw new AppError('not-allowed', `Key ${before.name} was suspended by an administrator.`, {
        fix: 'Ask a workspace administrator to resume it, or create another key.',
      });
    work.unchanged();
    return before;
  }
  await suspendKeyRow(work.tx, id, state === 'suspended' ? by : null);
  const after = await getKey(work, workspace, id);
  if (after.state === before.state && (state === 'active' || suspender === by)) {
    work.unchanged();
    return before;
  }
  const revision = await work.bumpRevision();
  const action = state === 'suspended' ? 'key.suspend' : 'key.resume';
  work.audit({ action, target: targetOf(after), before, after, revision });
  work.publish('keys', [id], 'updated');
  return after;
}

export async function deleteKey(work: UnitOfWork, workspace: string, id: string): Promise<void> {
  const before = await getKey(work, workspace, id);
  await deleteKeyRow(work.tx, id);
  const revision = await work.bumpRevision();
  work.audit({ action: 'key.delete', target: targetOf(before), before, revision });
  work.publish('keys', [id], 'deleted');
  work.publish('users', [before.userId], 'updated');
}

function targetOf(key: ApiKey): { kind: string; id: string; name: string } {
  return { kind: 'key', id: key.id, name: `${key.userEmail}/${key.name}` };
}
