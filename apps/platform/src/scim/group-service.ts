import { notFound } from '../app-error.ts';
import { isDuplicate } from '../db/duplicate.ts';
import { newId } from '../db/ids.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { ScimError } from '../http/scim-error.ts';
import { groupName } from '../providers/clean.ts';
import { deleteGroupRow, insertGroup } from '../users/groups/store.ts';
import { GROUP_SCHEMA } from './attributes.ts';
import {
  addMembers,
  findScimGroup,
  lockGroup,
  removeMembers,
  updateGroupRow,
  type ScimGroupRow,
} from './group-store.ts';
import { applyPatch, type PatchOperation } from './patch.ts';
import { isObject, readResource, type Attributes } from './resource.ts';
import { SCIM_PROVIDER } from './user-store.ts';

/** Members that an audit event names; of others it has the number. */
const AUDITED_MAX = 100;

/** Returns a provisioned group. @throws AppError `not-found`. */
export async function getScimGroup(
  { tx }: Pick<UnitOfWork, 'tx'>,
  workspace: string,
  which: { readonly id: string; readonly withMembers: boolean },
): Promise<ScimGroupRow> {
  const row = await findScimGroup(tx, workspace, which);
  if (!row) throw notFound(`group ${which.id}`);
  return row;
}

/** Creates a group (RFC 7644 §3.3). @throws ScimError `invalidValue` or `uniqueness`. */
export async function createScimGroup(
  work: UnitOfWork,
  workspace: string,
  input: Attributes,
): Promise<ScimGroupRow> {
  const { name, externalId, members } = wantedGroup(readResource('Group', input));
  const id = newId('grp');
  const row = { id, workspaceId: workspace, provider: SCIM_PROVIDER, name, externalId };
  await insertGroup(work.tx, row).catch(onTaken(name));
  requireMembers(await addMembers(work.tx, { workspace, group: id }, members));
  const revision = await work.bumpRevision();
  const after = { name, externalId, ...audited('members', members) };
  work.audit({ action: 'group.create', target: { kind: 'group', id, name }, after, revision });
  work.publish('groups', [id], 'created');
  if (members.length > 0) work.publish('users', members, 'updated');
  return getScimGroup(work, workspace, { id, withMembers: true });
}

/** What a client changes in a group: everything (PUT), or what operations say (PATCH). */
export interface ScimGroupChange {
  readonly id: string;
  readonly change: { readonly replacement: Attributes } | { readonly operations: readonly PatchOperation[] };
}

/** Changes a group (RFC 7644 §3.5). @throws AppError `not-found`, or ScimError. */
export async function changeScimGroup(
  work: UnitOfWork,
  workspace: string,
  { id, change }: ScimGroupChange,
): Promise<ScimGroupRow> {
  await lockGroup(work.tx, id);
  const row = await getScimGroup(work, workspace, { id, withMembers: true });
  const resource =
    'replacement' in change
      ? readResource('Group', change.replacement)
      : applyPatch('Group', writableGroup(row), change.operations);
  const wanted = wantedGroup(resource);
  const had = new Set((row.members ?? []).map(({ value }) => value));
  const wants = new Set(wanted.members);
  const added = wanted.members.filter((member) => !had.has(member));
  const removed = [...had].filter((member) => !wants.has(member));
  const isSame = wanted.name === row.name && wanted.externalId === row.externalId;
  if (isSame && added.length === 0 && removed.length === 0) {
    work.unchanged();
    return row;
  }
  const { name, externalId } = wanted;
  if (!isSame) await updateGroupRow(work.tx, id, { name, externalId }).catch(onTaken(name));
  requireMembers(await addMembers(work.tx, { workspace, group: id }, added));
  await removeMembers(work.tx, id, removed);
  const revision = await work.bumpRevision();
  work.audit({
    action: 'group.update',
    target: { kind: 'group', id, name },
    before: { name: row.name, externalId: row.externalId, ...audited('removed', removed) },
    after: { name, externalId, ...audited('added', added) },
    revision,
  });
  work.publish('groups', [id], 'updated');
  work.publish(
    'users',
    name === row.name ? [...added, ...removed] : [],
    name === row.name ? 'updated' : 'many',
  );
  return getScimGroup(work, workspace, { id, withMembers: true });
}

/** Deletes a group (RFC 7644 §3.6). @throws AppError `not-found`. */
export async function deleteScimGroup(work: UnitOfWork, workspace: string, id: string): Promise<void> {
  const { name, externalId, members } = await getScimGroup(work, workspace, { id, withMembers: true });
  await deleteGroupRow(work.tx, id);
  const revision = await work.bumpRevision();
  const ids = (members ?? []).map(({ value }) => value);
  const before = { name, externalId, ...audited('members', ids) };
  work.audit({ action: 'group.delete', target: { kind: 'group', id, name }, before, revision });
  work.publish('groups', [id], 'deleted');
  if (ids.length > 0) work.publish('users', ids, 'updated');
}

function audited(name: string, ids: readonly string[]): Attributes {
  if (ids.length === 0) return {};
  return {
    [name]: ids.slice(0, AUDITED_MAX),
    ...(ids.length > AUDITED_MAX ? { [`${name}Count`]: ids.length } : {}),
  };
}

function requireMembers(unknown: readonly string[]): void {
  const [first] = unknown;
  if (first === undefined) return;
  const more = unknown.length > 1 ? `, and ${unknown.length - 1} others` : '';
  throw new ScimError('invalidValue', `There is no provisioned user ${first.slice(0, 100)}${more}.`);
}

function writableGroup({ name, externalId, members }: ScimGroupRow): Attributes {
  return {
    displayName: name,
    ...(externalId === null ? {} : { externalId }),
    ...(members === null || members.length === 0 ? {} : { members: members.map(({ value }) => ({ value })) }),
  };
}

function wantedGroup(resource: Attributes) {
  const given = typeof resource['displayName'] === 'string' ? resource['displayName'] : '';
  const name = groupName(given);
  if (name === '')
    throw new ScimError(
      'invalidValue',
      'A group needs a displayName of at most 120 characters, without invisible ones.',
    );
  const { externalId, members } = resource;
  const values = (Array.isArray(members) ? members : []).map((one) =>
    isObject(one) ? one['value'] : undefined,
  );
  return {
    name,
    externalId: typeof externalId === 'string' && externalId !== '' ? externalId : null,
    members: [...new Set(values.filter((value) => typeof value === 'string'))],
  };
}

function onTaken(name: string): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error)) throw error;
    throw new ScimError('uniqueness', `Another group has the displayName ${name} or the same externalId.`);
  };
}

/** Returns a group as a SCIM resource. `base` is the URL of the endpoint. */
export function groupResource(
  { id, externalId, name, members, createdAt }: ScimGroupRow,
  base: string,
): Attributes {
  return {
    schemas: [GROUP_SCHEMA],
    id,
    ...(externalId === null ? {} : { externalId }),
    displayName: name,
    ...(members === null
      ? {}
      : {
          members: members.map((member) => ({
            ...member,
            $ref: `${base}/Users/${member.value}`,
            type: 'User',
          })),
        }),
    meta: {
      resourceType: 'Group',
      created: createdAt.toISOString(),
      location: `${base}/Groups/${id}`,
    },
  };
}
