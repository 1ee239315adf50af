import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, startOf } from './process-identity.ts';
import { Refusal } from './refusal.ts';

export interface DataDirectoryLock {
  release(): Promise<void>;
}

/** Makes the data directory ours: exists, writable, and no other platform works in it. */
export async function lockDataDirectory(dataDir: string): Promise<DataDirectoryLock> {
  await prepare(dataDir);
  const file = join(dataDir, 'platform.lock');
  const mine = `${process.pid} ${startOf(process.pid)}\n`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = (await readFile(file, 'utf8').catch(() => '')).trim();
    const pid = Number.parseInt(holder, 10);
    if (pid > 0 && isAlive(pid) && holder === `${pid} ${startOf(pid)}`) {
      throw new Refusal(
        `The data directory ${dataDir} is in use by another platform (process ${pid}).`,
        'Stop that one, or start this one with another --data-dir.',
      );
    }
    await rm(file, { force: true });
  }
  throw new Refusal(`The lock ${file} cannot be taken.`, 'Remove it if no platform is running.');
}

async function prepare(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Refusal(
      `The data directory ${dataDir} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'Check who owns it, or use another --data-dir.',
      error,
    );
  }
}
