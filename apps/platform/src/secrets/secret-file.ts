import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The content of a 0600 file that holds one secret; created with a random one when absent. */
export async function readOrCreateSecret(
  file: string,
  create = () => randomBytes(32).toString('base64url'),
): Promise<string> {
  const found = await readFile(file, 'utf8').catch((error: unknown) => ifCode(error, 'ENOENT'));
  if (found !== undefined) return found.trim();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = freshName(file);
  try {
    await writeFile(fresh, `${create()}\n`, { flag: 'wx', mode: 0o600 });
    // Whole or not at all, whenever the process is killed; of two programs that start together one wins.
    await link(fresh, file).catch((error: unknown) => ifCode(error, 'EEXIST'));
  } finally {
    await rm(fresh, { force: true });
  }
  return (await readFile(file, 'utf8')).trim();
}

/** Replaces a file in one step, readable by its owner alone. */
export async function writeSecretFile(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = freshName(file);
  try {
    await writeFile(fresh, content, { mode: 0o600, flag: 'wx' });
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
}

function freshName(file: string): string {
  return `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
}

function ifCode(error: unknown, code: string): undefined {
  if (error instanceof Error && 'code' in error && error.code === code) return undefined;
  throw error;
}
