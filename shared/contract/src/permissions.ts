/** Rights in a workspace. Roles are named sets of them, so that custom roles need no new code. */
export const PERMISSIONS = [
  'workspace.read',
  'workspace.write',
  'workspace.delete',
  'members.read',
  'members.write',
  'users.read',
  'users.write',
  'keys.read',
  'keys.write',
  'providers.read',
  'providers.write',
  'clusters.read',
  'clusters.write',
  'resources.read',
  'resources.write',
  'metrics.read',
  'logs.read',
  'alerts.read',
  'alerts.write',
  'audit.read',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['owner', 'admin', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const viewer = PERMISSIONS.filter((p) => p.endsWith('.read') && p !== 'audit.read' && p !== 'providers.read');
const editor = [...viewer, 'users.write', 'keys.write', 'resources.write', 'alerts.write'] as const;
const owner = PERMISSIONS;

/** Whoever chooses the identity provider can sign in as any member it vouches for, owners too: that is for owners alone. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(viewer),
  editor: new Set(editor),
  admin: new Set(owner.filter((p) => p !== 'workspace.delete' && p !== 'providers.write')),
  owner: new Set(owner),
};
