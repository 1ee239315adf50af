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

/** A workspace as the caller, whose role is known, sees it. */
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
      fix: 'Choose another id.',
    });
  }
  await insertWorkspace(work.tx, { id, name }).catch(
    onDuplicate(`There is already a workspace ${id}.`, { field: 'id', fix: 'Choose another id.' }),
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

/** An account that was made for one workspace, of an address that nobody proved, is no tenant of the platform. */
export async function requirePlatformAccount(db: Queries, accountId: string): Promise<void> {
  const account = await findAccount(db, accountId);
  if (account?.homeWorkspace === null) return;
  throw new AppError('not-allowed', 'This account is for its one workspace alone.', {
    fix: 'Create workspaces with an account of the whole platform.',
  });
}

/** Names that could be taken for the platform itself. */
const RESERVED_IDS: ReadonlySet<string> = new Set([
  'platform',
  'portolan',
  'system',
  'internal',
  'admin',
  'root',
]);

/** Deletes a workspace with everything in it. Its audit stays, and tells of the deletion. */
export async function deleteWorkspace(work: UnitOfWork, id: string, confirm: string): Promise<void> {
  if (confirm !== id) {
    throw new AppError('invalid-request', `To delete the workspace its id must be given again: ${id}.`, {
      fields: [{ field: 'confirm', message: 'is not the id' }],
    });
  }
  const before = await getWorkspace(work, id, 'owner');
  const deleted = await deleteWorkspaceRow(work.tx, id);
  if (!deleted) throw notFound(`workspace ${id}`);
  const target = { kind: 'workspace', id, name: before.name };
  work.audit({ action: 'workspace.delete', target, before, chain: deleted.uid });
  await announceDeletion(work.tx, id);
}
