import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LockHeld, takeLock } from '@portolan/process/lock-file';
import { StartupError } from '@portolan/process/startup-error';

/** Layout of a data directory; raised when an older program could no longer read it. */
const FORMAT = 1;

export interface DataDir {
  readonly path: string;
  readonly isNew: boolean;
  /** Gives the directory free for another program. */
  release(): void;
}

/**
 * Opens (or creates) the directory all state lives in and takes it for this process alone.
 * Throws a `StartupError` when it cannot be written, is in use, or was made by a newer version.
 */
export function openDataDir(dir: string): DataDir {
  const path = resolve(dir);
  create(path);
  const isNew = checkFormat(path);
  return { path, isNew, release: lockOrRefuse(path) };
}

function create(path: string): void {
  const probe = join(path, `.probe-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(join(path, 'logs'), { recursive: true, mode: 0o700 });
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new StartupError(
      `The data directory ${path} cannot be written: ${reason(error)}`,
      'Choose another one with --data-dir DIR or change its permissions.',
    );
  }
}

function checkFormat(path: string): boolean {
  const file = join(path, 'format');
  const text = readIfPresent(file);
  if (text === null) {
    writeFileSync(file, `${FORMAT}\n`);
    return true;
  }
  const format = Number(text);
  if (!Number.isInteger(format) || format > FORMAT) {
    throw new StartupError(
      `The data directory ${path} has format ${text.trim()}, this version reads up to ${FORMAT}: it was made by a newer Portolan`,
      'Start that version, or choose another directory with --data-dir DIR.',
    );
  }
  return false;
}

function lockOrRefuse(path: string): () => void {
  try {
    return takeLock(join(path, 'lock'));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new StartupError(
      `The data directory ${path} is in use by process ${error.pid}`,
      'Stop that one, or choose another directory with --data-dir DIR.',
    );
  }
}

function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new StartupError(`${file} cannot be read: ${reason(error)}`, 'Change its permissions.');
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
