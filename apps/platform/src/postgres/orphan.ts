import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '@portolan/process/startup-error';
import { commandOf, isAlive } from '@portolan/process/is-alive';

/** Stops the server of a platform that was killed: waits for it to exit, then sends signals. @throws StartupError. */
export async function endOrphan(directory: string, log: Logger): Promise<void> {
  const pid = await serverPid(directory);
  if (pid === undefined) return;
  log.info({ event: 'postgres.orphan', pid }, 'waiting for the PostgreSQL server of an earlier run to stop');
  for (const [signal, timeoutMs] of [
    [0, 10_000],
    ['SIGINT', 5_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    process.kill(pid, signal);
    if (await gone(directory, pid, timeoutMs)) return;
  }
  throw new StartupError(
    `The database in ${directory} is in use by process ${pid}, which does not stop.`,
    `Stop the process (kill ${pid}) and start again.`,
  );
}

async function gone(directory: string, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if ((await serverPid(directory)) !== pid) return true;
    await delay(50);
  }
  return false;
}

/** Returns the process id in postmaster.pid if that process is running and is PostgreSQL (process ids are reused). */
async function serverPid(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isAlive(pid) && commandOf(pid).includes('postgres') ? pid : undefined;
}
