import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ProgramContext } from '@portolan/process/run';
import { StartupError } from '@portolan/process/startup-error';
import { decrypt, isEncrypted } from './encryption.ts';
import { saveKeyFile } from './key-files.ts';
import { dropEmptySchema, findTableWithRows } from './load-store.ts';
import { openConnection, type BackupConnection } from './open-connection.ts';
import { readRestoreOptions, type RestoreOptions } from './options.ts';
import { readBackup } from './read-backup.ts';

const USAGE = 'usage: portolan-platform restore --file FILE [FLAGS]';

/** Runs `restore`: loads a backup into an empty installation; it is complete or nothing of it is there. */
export async function runRestore({ argv }: ProgramContext): Promise<void> {
  const options = readRestoreOptions(argv, USAGE);
  const archive = await openArchive(options);
  const connection = await openConnection(options.config);
  try {
    await requireEmpty(connection);
    const keys = new Map<string, string>();
    const restored = await readBackup(archive, {
      ...connection,
      saveKey: async (name, content) => {
        keys.set(name, content);
        await saveKeyFile(options.config, name, content);
      },
    });
    const summary = { event: 'backup.restored', file: options.file, keys: [...keys.keys()] };
    process.stderr.write(`${JSON.stringify({ ...summary, ...restored })}\n`);
  } finally {
    archive.destroy();
    await connection.close();
  }
}

async function requireEmpty({ client }: BackupConnection): Promise<void> {
  const table = await findTableWithRows(client);
  if (table !== null) {
    throw new StartupError(
      `The database is not empty: table ${table} has rows.`,
      'Restore into an empty one: another --data-dir, or another database in DATABASE_URL.',
    );
  }
  await dropEmptySchema(client);
}

async function openArchive({ file, decryptWith }: RestoreOptions): Promise<Readable> {
  const source = file === '-' ? process.stdin : createReadStream(file);
  const { head, stream } = await peek(source).catch((cause: unknown) => {
    throw new StartupError(
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Check the path and its permissions.',
      { cause },
    );
  });
  const archive = createGunzip();
  archive.on('error', () => undefined); // Kept in `errored` until somebody reads the archive.
  const plain = isEncrypted(head) ? await decrypt(stream, requireKey(decryptWith)) : stream;
  // Errors of what comes before reach it.
  pipeline(plain, archive).catch(() => undefined);
  return archive;
}

function requireKey(key: RestoreOptions['decryptWith']): NonNullable<RestoreOptions['decryptWith']> {
  if (key !== null) return key;
  throw new StartupError('The backup is encrypted.', 'Give --passphrase-file or --identity-file.', {
    exitCode: 2,
  });
}

/** Reads the first bytes of a stream; returns them, and the whole stream. */
async function peek(source: Readable): Promise<{ head: Buffer; stream: Readable }> {
  const parts = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await parts.next();
  const head = first.done === true ? Buffer.alloc(0) : first.value;
  const stream = Readable.from(
    (async function* whole() {
      yield head;
      for (;;) {
        const part = await parts.next();
        if (part.done === true) return;
        yield part.value;
      }
    })(),
    { objectMode: false },
  );
  return { head, stream };
}
