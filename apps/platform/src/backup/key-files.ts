import { readFile } from 'node:fs/promises';
import { readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';
import { StartupError } from '@portolan/process/startup-error';
import type { Config } from '../config.ts';
import type { KeyFiles } from './write-backup.ts';

/** Files beside the database without which an installation cannot go on, by their names in a backup. */
function keyFilesOf({ sealKeyFile, brokerSecretFile }: Config): ReadonlyMap<string, string> {
  return new Map([
    ['seal.key', sealKeyFile],
    ['broker.secret', brokerSecretFile],
  ]);
}

/** Returns the key files of an installation. @throws StartupError when one is missing. */
export async function readKeyFiles(config: Config): Promise<KeyFiles> {
  const keys = new Map<string, string>();
  for (const [name, file] of keyFilesOf(config)) {
    keys.set(
      name,
      await readFile(file, 'utf8').catch((cause: unknown) => Promise.reject(missing(file, cause))),
    );
  }
  return keys;
}

function missing(file: string, cause: unknown): StartupError {
  const flag = file.endsWith('key') ? '--seal-key-file' : '--broker-secret-file';
  return new StartupError(
    `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    `Set the data directory with --data-dir, or the file with ${flag}; or leave the keys out with --without-keys.`,
    { cause },
  );
}

/** Keeps a key file where the platform looks for it. @throws StartupError where another key stands. */
export async function saveKeyFile(config: Config, name: string, content: string): Promise<void> {
  const file = keyFilesOf(config).get(name);
  if (file === undefined) return;
  const existing = await readIfExists(file);
  if (existing === null) return writeFileAtomic(file, content);
  if (existing === content) return;
  throw new StartupError(
    `${file} exists and is not the key of the backup.`,
    'Nothing was restored. Restore into an empty data directory, or move the file away.',
  );
}
