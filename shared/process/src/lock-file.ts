import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, startOf } from './is-alive.ts';

const ATTEMPTS = 10;

/** Thrown when another process holds the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
  readonly pid: number;

  constructor(pid: number) {
    super(`in use by process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Takes a lock file for this process and returns the function that releases it. Throws {@link LockHeld} when another
 * process holds it. The file names its holder by process id and start time, so that one left behind by a killed process is
 * taken over, also when another process has that id now. It appears with its content at once: another process that read it
 * empty would take it for left behind.
 */
export function takeLock(file: string): () => void {
  const mine = identityOf(process.pid);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (didLink(own, file)) return () => release(file, mine);
      const holder = read(file);
      if (holder === null) continue;
      const pid = Number.parseInt(holder, 10);
      if (pid > 0 && isAlive(pid) && holder === identityOf(pid)) throw new LockHeld(pid);
      removeLeftBehind(file, holder);
    }
    throw new Error(`the lock file ${file} keeps changing hands`);
  } finally {
    rmSync(own, { force: true });
  }
}

function identityOf(pid: number): string {
  return `${pid} ${startOf(pid)}\n`;
}

/** Makes `to` a second name of `from`, unless it exists. */
function didLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** What the file says; null when it is gone by now. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Moves the file aside and reads it again before deleting it: another process may have taken the lock since. */
function removeLeftBehind(file: string, holder: string): void {
  const aside = `${file}.${process.pid}.left-behind`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== holder) didLink(aside, file);
  rmSync(aside, { force: true });
}

function release(file: string, mine: string): void {
  if (read(file) === mine) rmSync(file, { force: true });
}
