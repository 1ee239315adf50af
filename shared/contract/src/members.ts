import { z } from 'zod';
import { email, listQuery, name, page, timestamp, workspaceParams } from './list.ts';
import { delivery, newPassword } from './one-time-links.ts';
import { ROLES } from './permissions.ts';
import { defineRoute } from './route.ts';

/** A person who administers the workspace. */
export const member = z.object({
  accountId: z.string(),
  email,
  name: z.string(),
  role: z.enum(ROLES),
  secondFactor: z.boolean(),
  createdAt: timestamp,
});
export type Member = z.infer<typeof member>;

export const invitation = z.object({
  id: z.string(),
  email,
  role: z.enum(ROLES),
  invitedBy: z.string(),
  createdAt: timestamp,
  expiresAt: timestamp,
});
export type Invitation = z.infer<typeof invitation>;

const tag = 'Members';
const role = z.enum(ROLES);
const memberParams = workspaceParams.extend({ account: z.string() });

export const listMembers = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/members',
  permission: 'members.read',
  summary: 'List members',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(member),
  status: 200,
});
export const changeRole = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}/members/{account}',
  permission: 'members.write',
  summary: 'Change the role of a member; only owners make or unmake owners',
  tag,
  params: memberParams,
  body: z.object({ role }),
  response: member,
  status: 200,
  errors: ['last-owner'],
});
export const removeMember = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/members/{account}',
  permission: 'members.write',
  summary: 'Remove a member',
  tag,
  params: memberParams,
  status: 204,
  errors: ['last-owner'],
});
export const leaveWorkspace = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/membership',
  permission: 'workspace.read',
  summary: 'Leave the workspace',
  tag,
  params: workspaceParams,
  status: 204,
  errors: ['last-owner'],
});

export const listInvitations = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/invitations',
  permission: 'members.read',
  summary: 'List open invitations',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(invitation),
  status: 200,
});
export const invite = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/invitations',
  permission: 'members.write',
  summary: 'Invite a person by a one-time link, which is mailed or in this answer alone',
  tag,
  params: workspaceParams,
  body: z.object({ email, role }),
  response: invitation.extend(delivery.shape),
  status: 201,
  errors: ['already-exists'],
});
export const withdrawInvitation = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/invitations/{invitation}',
  permission: 'members.write',
  summary: 'Withdraw an invitation',
  tag,
  params: workspaceParams.extend({ invitation: z.string() }),
  status: 204,
});
export const acceptInvitation = defineRoute({
  method: 'POST',
  path: '/api/v1/invitations/accept',
  permission: 'public',
  summary: 'Accept an invitation: with a new account, or with the password of the one there is',
  tag,
  body: z.object({
    token: z.string().max(200),
    name: name.optional().describe('For a new account'),
    password: newPassword,
    code: z.string().trim().max(32).optional().describe('Of the second factor of the account there is'),
  }),
  response: z.object({ workspace: z.string(), email }),
  status: 201,
  errors: ['gone', 'wrong-credentials', 'second-factor-required', 'too-many-requests'],
});
