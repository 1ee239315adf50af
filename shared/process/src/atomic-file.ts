import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface AtomicWriteOptions {
  /** Permissions of the file; default 0600, for what programs keep is often secret. */
  readonly mode?: number;
  /** Runs when the new content is on disk, just before it replaces the file. */
  readonly beforeReplace?: () => Promise<void>;
}

/**
 * Replaces a file in one step: readers see the former content or the new one, also after a crash or loss of power. Creates
 * missing folders (0700). Rejects, with the former content in place, when the disk is full or the file cannot be written.
 */
export async function writeFileAtomic(
  file: string,
  content: string | Uint8Array,
  { mode = 0o600, beforeReplace }: AtomicWriteOptions = {},
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = temporaryName(file);
  try {
    await writeSynced(temporary, content, mode);
    await beforeReplace?.();
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Returns the content of a file, which is created from `create()` when it does not exist. Of several processes that do so
 * at the same time one creates it, and all return the same content.
 */
export async function readOrCreateFile(file: string, create: () => string): Promise<string> {
  const existing = await readIfExists(file);
  if (existing !== null) return existing;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = temporaryName(file);
  try {
    await writeSynced(temporary, create(), 0o600);
    // Unlike rename, link fails where the name is taken.
    await link(temporary, file).catch(ignoreCode('EEXIST'));
    await syncFolder(dirname(file));
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(file, 'utf8');
}

/** Returns the secret in a 0600 file without surrounding white space; a random one of 256 bits is made where there is none. */
export async function readOrCreateSecret(
  file: string,
  create = () => randomBytes(32).toString('base64url'),
): Promise<string> {
  return (await readOrCreateFile(file, () => `${create()}\n`)).trim();
}

/** Returns the text of a file, or null where it does not exist. */
export async function readIfExists(file: string): Promise<string | null> {
  return (await readFile(file, 'utf8').catch(ignoreCode('ENOENT'))) ?? null;
}

/** Returns whether a name is that of a file left behind by a process that was killed while it wrote. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;

function temporaryName(file: string): string {
  return `${file}.${randomBytes(6).toString('hex')}.tmp`;
}

async function writeSynced(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename durable (fsync(2)); where a folder cannot be opened for that, as on Windows, the system does it later. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function ignoreCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined;
    throw error;
  };
}
