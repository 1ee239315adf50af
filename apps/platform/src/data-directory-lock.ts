import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LockHeld, takeLock } from '@portolan/process/lock-file';
import { StartupError } from '@portolan/process/startup-error';

/** Makes the data directory ours: exists, writable, and no other platform works in it. Answers what gives it back. */
export async function lockDataDirectory(dataDir: string): Promise<() => void> {
  await prepare(dataDir);
  try {
    return takeLock(join(dataDir, 'platform.lock'));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new StartupError(
      `The data directory ${dataDir} is in use by another platform (process ${error.pid}).`,
      'Stop that one, or start this one with another --data-dir.',
      { cause: error },
    );
  }
}

async function prepare(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartupError(
      `The data directory ${dataDir} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      'Check who owns it, or use another --data-dir.',
      { cause: error },
    );
  }
}
