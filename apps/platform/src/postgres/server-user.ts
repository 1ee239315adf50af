import { spawnSync } from 'node:child_process';
import { StartupError } from '@portolan/process/startup-error';

/** Whom the database server runs as: ourselves, or, when we are root, an ordinary user. */
export interface ServerUser {
  readonly name: string | undefined;
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/** PostgreSQL refuses to run as root: then `postgres`, else `nobody`. */
export function findServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return { name: undefined, ids: {} };
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid && gid) return { name, ids: { uid, gid } };
  }
  throw new StartupError(
    'PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.',
    'Start Portolan as an ordinary user, or set DATABASE_URL.',
  );
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout, 10) : undefined;
}
