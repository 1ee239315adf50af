import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Returns whether a process with that id exists, of this user or another. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Returns the name of a process's program, empty when it cannot be read. */
export function commandOf(pid: number): string {
  return fromProc(pid, 'comm') ?? fromPs(pid, 'comm');
}

/** Returns when a process started, in the system's own form; with the process id it identifies one process for good. */
export function startOf(pid: number): string {
  // proc(5): field 22 of stat; the program's name before it may hold spaces but ends with the last parenthesis.
  const stat = fromProc(pid, 'stat');
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? fromPs(pid, 'lstart');
}

function fromProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function fromPs(pid: number, field: string): string {
  const { stdout, status } = spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
