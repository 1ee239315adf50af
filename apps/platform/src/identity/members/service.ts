import type { Member } from '@portolan/contract/members';
import type { Role } from '@portolan/contract/permissions';
import { AppError, notFound } from '../../app-error.ts';
import type { UnitOfWork } from '../../db/unit-of-work.ts';
import { deleteMember, findMember, lockOwners, updateRole } from './store.ts';

async function getMember(work: UnitOfWork, workspace: string, accountId: string): Promise<Member> {
  const member = await findMember(work.tx, workspace, accountId);
  if (!member) throw notFound(`member ${accountId}`);
  return member;
}

export interface Place {
  readonly workspace: string;
  readonly accountId: string;
  /** Role of the caller. */
  readonly asked: Role;
}

/** Changes a member's role. @throws AppError `not-found`, `not-allowed`, or `last-owner` when no owner would remain. */
export async function changeRole(work: UnitOfWork, place: Place, role: Role): Promise<Member> {
  const owners = await lockOwners(work.tx, place.workspace);
  const before = await getMember(work, place.workspace, place.accountId);
  requireAssignableRole(place.asked, before.role, role);
  if (before.role === role) {
    work.unchanged();
    return before;
  }
  if (before.role === 'owner' && owners === 1) throw lastOwner(before);
  await updateRole(work.tx, place.workspace, place.accountId, role);
  const after = { ...before, role };
  work.audit({ action: 'member.change-role', target: targetOf(before), before, after });
  work.publish('members', [before.accountId], 'updated');
  return after;
}

/** Removes a member. @throws AppError `not-found`, `not-allowed`, or `last-owner` when no owner would remain. */
export async function removeMember(work: UnitOfWork, place: Place): Promise<void> {
  const owners = await lockOwners(work.tx, place.workspace);
  const before = await getMember(work, place.workspace, place.accountId);
  requireAssignableRole(place.asked, before.role, 'viewer');
  if (before.role === 'owner' && owners === 1) throw lastOwner(before);
  await deleteMember(work.tx, place.workspace, place.accountId);
  work.audit({ action: 'member.remove', target: targetOf(before), before });
  work.publish('members', [before.accountId], 'deleted');
}

/** Requires that only owners grant or revoke the role `owner`. @throws AppError `not-allowed`. */
export function requireAssignableRole(asked: Role, ...roles: readonly Role[]): void {
  if (asked === 'owner' || !roles.includes('owner')) return;
  throw new AppError('not-allowed', 'Only owners can add, change or remove owners.', {
    fix: 'Ask an owner of the workspace.',
  });
}

function lastOwner(member: Member): AppError {
  return new AppError('last-owner', `${member.email} is the last owner of the workspace.`, {
    fix: 'Give another member the role owner first.',
  });
}

function targetOf(member: Member): { kind: string; id: string; name: string } {
  return { kind: 'member', id: member.accountId, name: member.email };
}
