import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ProgramContext } from '@portolan/process/run';
import { StartupError } from '@portolan/process/startup-error';
import { ArchiveWriter } from './archive.ts';
import { encrypt } from './encryption.ts';
import { readKeyFiles } from './key-files.ts';
import { openConnection } from './open-connection.ts';
import { readBackupOptions, type BackupOptions } from './options.ts';
import { writeBackup } from './write-backup.ts';

const USAGE = 'usage: portolan-platform backup --file FILE [FLAGS]';
/** Rows compress well at once; higher levels take several times as long for a few percent. */
const GZIP = { level: 4 };

/**
 * Runs `backup`: writes all that an installation keeps, as it is at one moment, as a compressed tar archive, encrypted in
 * the age format. The platform may run meanwhile. A file appears when it is complete.
 */
export async function runBackup({ argv }: ProgramContext): Promise<void> {
  const options = readBackupOptions(argv, USAGE);
  const keys = options.withKeys ? await readKeyFiles(options.config) : new Map<string, string>();
  const target = await openTarget(options.file);
  const connection = await openConnection(options.config);
  const archive = new ArchiveWriter();
  try {
    const written = carry(archive, options, target.stream);
    const dumped = writeBackup(connection.client, archive, keys).catch((error: unknown) => {
      archive.fail(error instanceof Error ? error : new Error(String(error)));
      throw error;
    });
    const [{ tables }] = await Promise.all([dumped, written]);
    await target.keep();
    const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
    const summary = { event: 'backup.written', file: options.file, tables: Object.keys(tables).length, rows };
    process.stderr.write(`${JSON.stringify({ ...summary, keys: [...keys.keys()] })}\n`);
  } catch (error) {
    await target.discard();
    throw error;
  } finally {
    await connection.close();
  }
}

async function carry(archive: ArchiveWriter, { encryptFor }: BackupOptions, target: Writable): Promise<void> {
  const gzip = createGzip(GZIP);
  const sealed: Readable = encryptFor === null ? gzip : await encrypt(gzip, encryptFor);
  await Promise.all([pipeline(archive.stream, gzip), pipeline(sealed, target)]);
}

interface TargetFile {
  readonly stream: Writable;
  /** Gives the complete file its name. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

async function openTarget(file: string): Promise<TargetFile> {
  if (file === '-') {
    if (process.stdout.isTTY) {
      throw new StartupError(
        'A backup is not text for a terminal.',
        'Redirect it to a file, or use --file FILE.',
      );
    }
    const nothing = async (): Promise<void> => undefined;
    return { stream: process.stdout, keep: nothing, discard: nothing };
  }
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    throw new StartupError(`${file} exists.`, 'Choose another name: a backup replaces no file.');
  const temporary = `${file}.part`;
  return {
    stream: createWriteStream(temporary, { mode: 0o600, flush: true }),
    keep: () => rename(temporary, file),
    discard: () => rm(temporary, { force: true }),
  };
}
