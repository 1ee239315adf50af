import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readOrCreateSecret, writeFileAtomic } from '@portolan/process/atomic-file';
import { StartupError } from '@portolan/process/startup-error';

interface SealingKey {
  readonly version: string;
  readonly secret: string;
}

/** Sealing keys, newest last. Reloads the file when it was replaced, so that key rotation needs no restart. */
export class KeyRing {
  readonly #file: string;
  #keys: readonly SealingKey[] = [];
  #readAt = 0;

  constructor(file: string) {
    this.#file = file;
    this.#refresh();
  }

  newest(): SealingKey {
    this.#refresh();
    const key = this.#keys.at(-1);
    if (!key)
      throw new StartupError(
        `The key file ${this.#file} does not contain a key.`,
        'Restore it from a backup.',
      );
    return key;
  }

  find(version: string): string | undefined {
    this.#refresh();
    return this.#keys.find((key) => key.version === version)?.secret;
  }

  #refresh(): void {
    const { mtimeMs } = statSync(this.#file);
    if (mtimeMs === this.#readAt) return;
    this.#keys = parse(readFileSync(this.#file, 'utf8'));
    this.#readAt = mtimeMs;
  }
}

/** Opens the key ring in `file`; creates the file with a first key if it does not exist. */
export async function openKeyRing(file: string): Promise<KeyRing> {
  await readOrCreateSecret(file, () => format('v1'));
  return new KeyRing(file);
}

/** Adds a key that new secrets are sealed with. Returns its version. */
export async function addKey(file: string): Promise<string> {
  const keys = parse(readFileSync(file, 'utf8'));
  const version = `v${1 + Math.max(0, ...keys.map((key) => Number(key.version.slice(1)) || 0))}`;
  const lines = [...keys.map((key) => `${key.version}:${key.secret}`), format(version)];
  await writeFileAtomic(file, `${lines.join('\n')}\n`);
  return version;
}

/** Deletes all keys except the newest. Call this only when no secret is sealed with the others. */
export async function dropOldKeys(file: string): Promise<void> {
  const newest = parse(readFileSync(file, 'utf8')).at(-1);
  if (newest) await writeFileAtomic(file, `${newest.version}:${newest.secret}\n`);
}

function format(version: string): string {
  return `${version}:${randomBytes(32).toString('base64url')}`;
}

function parse(text: string): SealingKey[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return colon < 0
        ? { version: 'v1', secret: line }
        : { version: line.slice(0, colon), secret: line.slice(colon + 1) };
    });
}
