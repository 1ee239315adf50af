import { spawnSync } from 'node:child_process';
import { StartupError } from '@portolan/process/startup-error';

/** User that runs the database server: the current user, or an unprivileged one when running as root. */
export interface ServerUser {
  readonly name: string | undefined;
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/**
 * Returns the user for the server. PostgreSQL refuses to run as root, so root uses `postgres`, else `nobody`.
 * @throws StartupError.
 */
export function findServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return { name: undefined, ids: {} };
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid && gid) return { name, ids: { uid, gid } };
  }
  throw new StartupError(
    'PostgreSQL cannot run as root, and this machine has no user postgres or nobody.',
    'Start Portolan as an unprivileged user, or set DATABASE_URL.',
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout, 10) : undefined;
}
