import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LockHeld, takeLock } from '@portolan/process/lock-file';
import { StartupError } from '@portolan/process/startup-error';

/**
 * Creates and locks the data directory. Returns a function that releases the lock.
 * @throws StartupError when it is not writable or in use.
 */
export async function lockDataDirectory(dataDir: string): Promise<() => void> {
  await prepare(dataDir);
  try {
    return takeLock(join(dataDir, 'platform.lock'));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new StartupError(
      `The data directory ${dataDir} is already in use by another platform (process ${error.pid}).`,
      'Stop the other platform, or use another --data-dir.',
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
      `The data directory ${dataDir} is not writable: ${error instanceof Error ? error.message : String(error)}`,
      'Check its owner and permissions, or use another --data-dir.',
      { cause: error },
    );
  }
}
