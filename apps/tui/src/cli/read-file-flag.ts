import { readFile } from 'node:fs/promises';
import { usageFailure } from '@portolan/console/failure';
import type { Arguments } from './verb.ts';

/**
 * Returns the text of the file that a flag names; undefined without the flag.
 * @throws Failure when the file cannot be read.
 */
export async function readFileFlag(args: Arguments, flag: string): Promise<string | undefined> {
  const file = args.text(flag);
  return file === undefined ? undefined : readNamedFile(file, flag);
}

/** Returns the text of a file that a flag named. @throws Failure when it cannot be read. */
export async function readNamedFile(file: string, flag: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(
      `--${flag} ${file} cannot be read (${error.code ?? error.message}).`,
      'Check the path.',
    );
  });
}
