import type { Group } from '@portolan/contract/users';
import { newId } from '../../db/ids.ts';
import { onDuplicate } from '../../db/duplicate.ts';
import { AppError, notFound } from '../../app-error.ts';
import type { UnitOfWork } from '../../db/unit-of-work.ts';
import { requireInternal } from '../../providers/service.ts';
import { deleteGroupRow, ensureGroups, findGroup, insertGroup, renameGroupRow } from './store.ts';

/** Returns a group by id or name. @throws AppError `not-found`. */
async function getGroup({ tx }: Pick<UnitOfWork, 'tx'>, workspace: string, idOrName: string): Promise<Group> {
  const group = await findGroup(tx, workspace, idOrName);
  if (!group) throw notFound(`group ${idOrName}`);
  return group;
}

export async function createGroup(work: UnitOfWork, workspace: string, name: string): Promise<Group> {
  await requireInternal(work, workspace);
  const id = newId('grp');
  await insertGroup(work.tx, { id, workspaceId: workspace, name }).catch(onTaken(name));
  const revision = await work.bumpRevision();
  const group = await getGroup(work, workspace, id);
  work.audit({ action: 'group.create', target: { kind: 'group', id, name }, after: group, revision });
  work.publish('groups', [id], 'created');
  return group;
}

export async function renameGroup(
  work: UnitOfWork,
  workspace: string,
  from: string,
  name: string,
): Promise<Group> {
  const before = await getGroup(work, workspace, from);
  requireInternalGroup(before);
  if (before.name === name) {
    work.unchanged();
    return before;
  }
  await renameGroupRow(work.tx, before.id, name).catch(onTaken(name));
  const revision = await work.bumpRevision();
  const after = { ...before, name };
  work.audit({
    action: 'group.rename',
    target: { kind: 'group', id: before.id, name },
    before,
    after,
    revision,
  });
  work.publish('groups', [before.id], 'updated');
  if (before.members > 0) work.publish('users', [], 'many');
  return after;
}

export async function deleteGroup(work: UnitOfWork, workspace: string, idOrName: string): Promise<void> {
  const before = await getGroup(work, workspace, idOrName);
  requireInternalGroup(before);
  await deleteGroupRow(work.tx, before.id);
  const revision = await work.bumpRevision();
  const { id, name } = before;
  work.audit({ action: 'group.delete', target: { kind: 'group', id, name }, before, revision });
  work.publish('groups', [id], 'deleted');
  if (before.members > 0) work.publish('users', [], 'many');
}

function requireInternalGroup(group: Group): void {
  if (group.provider === 'internal') return;
  throw new AppError(
    'owned-elsewhere',
    `Group ${group.name} belongs to the identity provider ${group.provider}.`,
    {
      fix: 'Change it at the provider; the next synchronisation updates it here.',
    },
  );
}

function onTaken(name: string): (error: unknown) => never {
  return onDuplicate(`Group ${name} already exists.`, {
    field: 'name',
    fix: 'Choose another name, or use the existing group.',
  });
}

/** Returns the ids of a provider's groups with these names; missing groups are created, audited and published. */
export async function requireGroups(
  work: UnitOfWork,
  place: { readonly workspace: string; readonly provider: string },
  names: readonly string[],
): Promise<string[]> {
  const { ids, created } = await ensureGroups(work.tx, place, names);
  for (const { id, name } of created)
    work.auditImplied({ action: 'group.create', target: { kind: 'group', id, name }, after: { id, name } });
  const createdIds = created.map(({ id }) => id);
  if (createdIds.length > 0) work.publish('groups', createdIds, 'created');
  return ids;
}
