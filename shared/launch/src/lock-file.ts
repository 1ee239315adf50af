import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, startOf } from './process-identity.ts';

const ATTEMPTS = 10;

/** Another process holds the lock. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld';
  readonly pid: number;

  constructor(pid: number) {
    super(`in use by process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Takes a lock file for this process and answers what gives it back; throws {@link LockHeld} when another one has it. The
 * file names its holder by id and start, so that one left behind by a killed process is taken over, also when something
 * else has its id now. It appears with its content at once, or another could read it empty and take it for left behind.
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
    throw new Error(`the lock ${file} changes hands again and again`);
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

/** Takes the file away and looks at it before it is thrown away: who else found it left behind may have taken it since. */
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
