import { ROLE_PERMISSIONS, type Permission } from '@portolan/contract/permissions';
import type { App, Command } from './app.ts';

/** Returns why a command cannot be run now; null when it can. */
export function whyNot(app: App, command: Command): string | null {
  const { permission } = command;
  if (permission !== undefined && !ROLE_PERMISSIONS[app.session.role].has(permission)) {
    return `your role ${app.session.role} lacks ${permission}; an owner or admin can grant it`;
  }
  if (isWriting(permission) && !app.connection.gate.isWritable)
    return 'read-only: press ! to switch to write mode';
  return command.disabled?.(app) ?? null;
}

function isWriting(permission: Permission | undefined): boolean {
  return permission?.endsWith('.read') === false;
}
