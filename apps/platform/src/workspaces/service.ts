import type { Role } from '@portolan/contract/permissions';
import type { Workspace } from '@portolan/contract/workspaces';
import { deleteWorkspaceRow, findWorkspace, insertWorkspace, updateWorkspaceName } from './store.ts';
import { onDuplicate } from '../db/duplicate.ts';
import { AppError, notFound } from '../app-error.ts';
import { announceDeletion } from '../db/changes.ts';
import type { Queries } from '../db/database.ts';
import { findAccount } from '../identity/accounts/store.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { insertMember } from '../identity/members/store.ts';

/** Returns a workspace with the caller's role. @throws AppError `not-found`. */
export async function getWorkspace(
  { tx }: Pick<UnitOfWork, 'tx'>,
  id: string,
  role: Role,
): Promise<Workspace> {
  const row = await findWorkspace(tx, id);
  if (!row) throw notFound(`workspace ${id}`);
  const { name, revision, createdAt } = row;
  return { id, name, role, revision, createdAt: createdAt.toISOString() };
}

export async function createWorkspace(
  work: UnitOfWork,
  { id, name, owner }: { readonly id: string; readonly name: string; readonly owner: string },
): Promise<Workspace> {
  if (RESERVED_IDS.has(id)) {
    throw new AppError('invalid-request', `The id ${id} is reserved.`, {
      fields: [{ field: 'id', message: 'reserved' }],
      fix: 'Choose a different id.',
    });
  }
  await insertWorkspace(work.tx, { id, name }).catch(
    onDuplicate(`Workspace ${id} already exists.`, { field: 'id', fix: 'Choose a different id.' }),
  );
  await insertMember(work.tx, { workspaceId: id, accountId: owner, role: 'owner' });
  const after = await getWorkspace(work, id, 'owner');
  work.audit({ action: 'workspace.create', target: { kind: 'workspace', id, name }, after });
  work.publish('workspace', [id], 'created');
  return after;
}

export async function renameWorkspace(
  work: UnitOfWork,
  id: string,
  { name, role }: { readonly name: string; readonly role: Role },
): Promise<Workspace> {
  const before = await getWorkspace(work, id, role);
  await updateWorkspaceName(work.tx, id, name);
  const after = { ...before, name };
  work.audit({ action: 'workspace.rename', target: { kind: 'workspace', id, name }, before, after });
  work.publish('workspace', [id], 'updated');
  return after;
}

/** Requires an account that is not limited to one workspace. @throws AppError `not-allowed`. */
export async function requirePlatformAccount(db: Queries, accountId: string): Promise<void> {
  const account = await findAccount(db, accountId);
  if (account?.homeWorkspace === null) return;
  throw new AppError('not-allowed', 'This account is limited to one workspace.', {
    fix: 'Use a platform-wide account to create workspaces.',
  });
}

/** Ids that could be mistaken for the platform itself. */
const RESERVED_IDS: ReadonlySet<string> = new Set([
  'platform',
  'portolan',
  'system',
  'internal',
  'admin',
  'root',
]);

/**
 * Deletes a workspace and everything in it except its audit log.
 * @throws AppError `not-found`, or `invalid-request` unless `confirm` is its id.
 */
export async function deleteWorkspace(work: UnitOfWork, id: string, confirm: string): Promise<void> {
  if (confirm !== id) {
    throw new AppError('invalid-request', `Deleting a workspace requires its id as confirmation: ${id}.`, {
      fields: [{ field: 'confirm', message: 'must be the id of the workspace' }],
    });
  }
  const before = await getWorkspace(work, id, 'owner');
  const deleted = await deleteWorkspaceRow(work.tx, id);
  if (!deleted) throw notFound(`workspace ${id}`);
  const target = { kind: 'workspace', id, name: before.name };
  work.audit({ action: 'workspace.delete', target, before, chain: deleted.uid });
  await announceDeletion(work.tx, id);
}
