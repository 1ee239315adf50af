import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '@portolan/process/startup-error';
import { commandOf, isAlive } from '@portolan/process/process-identity';

/** After kill -9 of a platform its server is still on its way down: wait for it, then insist. */
export async function endOrphan(directory: string, log: Logger): Promise<void> {
  const pid = await serverPid(directory);
  if (pid === undefined) return;
  log.info({ event: 'postgres.orphan', pid }, 'waiting for the server of an earlier run to stop');
  for (const [signal, patienceMs] of [
    [0, 10_000],
    ['SIGINT', 5_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    process.kill(pid, signal);
    if (await gone(directory, pid, patienceMs)) return;
  }
  throw new StartupError(
    `The database in ${directory} is still held by process ${pid}, which does not stop.`,
    `End it (kill ${pid}) and start again.`,
  );
}

async function gone(directory: string, pid: number, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if ((await serverPid(directory)) !== pid) return true;
    await delay(50);
  }
  return false;
}

/** First line of postmaster.pid, if that process lives and is a PostgreSQL (process ids are reused). */
async function serverPid(directory: string): Promise<number | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isAlive(pid) && commandOf(pid).includes('postgres') ? pid : undefined;
}
