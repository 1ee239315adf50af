import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '@portolan/process/startup-error';
import type { Binaries } from './binaries.ts';
import type { ServerUser } from './server-user.ts';

/**
 * Superuser of the embedded server. The platform itself uses an ordinary role, because superusers bypass row-level security.
 */
export const SUPERUSER = 'postgres';

export interface DataDirectory {
  readonly path: string;
  readonly password: string;
}

/**
 * Returns the server's data directory below `dataDir`; creates it on first use under a temporary name.
 * @throws StartupError.
 */
export async function openDataDirectory(
  dataDir: string,
  binaries: Binaries,
  user: ServerUser,
): Promise<DataDirectory> {
  const path = join(dataDir, 'postgres');
  const passwordFile = join(dataDir, 'postgres.password');
  const version = await readIfAny(join(path, 'PG_VERSION'));
  if (version === undefined) {
    await create({ dataDir, path, passwordFile, binaries, user });
  } else if (Number.parseInt(version, 10) !== binaries.major) {
    throw new StartupError(
      `The database in ${path} was created by PostgreSQL ${version.trim()}. This version of Portolan includes PostgreSQL ${binaries.major}, which cannot read it.`,
      'Use the version of Portolan that created it, or another --data-dir. To migrate the data, dump it with the old version and restore it with the new one.',
    );
  }
  const password = await readIfAny(passwordFile);
  if (!password) {
    throw new StartupError(
      `Cannot open the database in ${path}: its password file ${passwordFile} is missing or empty.`,
      'Restore the file, or use another --data-dir.',
    );
  }
  return { path, password };
}

interface Creation {
  readonly dataDir: string;
  readonly path: string;
  readonly passwordFile: string;
  readonly binaries: Binaries;
  readonly user: ServerUser;
}

async function create({ dataDir, path, passwordFile, binaries, user }: Creation): Promise<void> {
  const temporary = join(dataDir, 'postgres.new');
  await rm(temporary, { recursive: true, force: true });
  const data = join(temporary, 'data');
  const secret = join(temporary, 'password');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  await writeFile(secret, password, { mode: 0o600 });
  const { uid, gid } = user.ids;
  if (uid !== undefined && gid !== undefined) {
    for (const file of [temporary, data, secret]) await chown(file, uid, gid);
  }
  const directory = serverPath(data, user);
  const args = ['-D', directory, `--pwfile=${directory}/../password`, '-U', SUPERUSER];
  args.push('-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions');
  const run = spawnSync(binaries.initdb, args, { ...user.ids, cwd: data, encoding: 'utf8' });
  if (run.status !== 0) {
    throw new StartupError(
      `Failed to create the database in ${dataDir}: ${(run.stderr || String(run.error ?? '')).trim().split('\n')[0] ?? ''}`,
      'Check that the directory is writable and the disk has free space.',
    );
  }
  await writeFile(passwordFile, password, { mode: 0o600 });
  await rm(path, { recursive: true, force: true });
  await rename(data, path);
  await rm(temporary, { recursive: true, force: true });
}

/**
 * Returns the path by which the server opens its data directory. Another user may have no access to the parent directories
 * (such as a home of mode 0700), so the working directory is set before the user changes and opened as /proc/self/cwd.
 */
export function serverPath(path: string, user: ServerUser): string {
  return user.ids.uid === undefined ? path : '/proc/self/cwd';
}

async function readIfAny(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new StartupError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the owner of the data directory, or use another --data-dir.',
      { cause: error },
    );
  }
}
