import { access, constants, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LockHeld, takeLock } from '@portolan/process/lock-file';
import { StartupError } from '@portolan/process/startup-error';

/**
 * Creates and locks the data directory. Returns a function that releases the lock.
 * @throws StartupError when it is not writable or in use.
 */
export async function lockDataDirectory(dataDir: string): Promise<() => void> {
  await prepare(dataDir);
  await requirePrivate(dataDir);
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

/** Requires that no other user can replace keys and initial credentials. @throws StartupError. */
async function requirePrivate(dataDir: string): Promise<void> {
  const own = process.getuid?.();
  if (own === undefined) return; // Windows has access lists instead.
  const { uid, gid, mode } = await stat(dataDir);
  // Volumes of Kubernetes belong to root and are writable by a group of the container (`fsGroup`).
  const isForeign = own !== 0 && uid !== own && uid !== 0;
  const isOpen =
    (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && process.getgroups?.().includes(gid) !== true);
  if (!isForeign && !isOpen) return;
  throw new StartupError(
    isForeign
      ? `The data directory ${dataDir} belongs to another user (uid ${uid}), who could replace the keys in it.`
      : `The data directory ${dataDir} is writable by other users, who could replace the keys in it.`,
    isForeign ? 'Run the platform as its owner, or use another --data-dir.' : `Run: chmod o-w,g-w ${dataDir}`,
  );
}
