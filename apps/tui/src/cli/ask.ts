import { createInterface } from 'node:readline/promises';
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { Failure } from '@portolan/console/failure';
import { keepAcrossStops } from '../terminal/job-control.ts';
import { readAll, type Io } from '../terminal/io.ts';

/** Returns a secret out of a file, or of standard input (`-`); never out of the command line, which others can see. */
export async function readSecret(file: string, io?: Io): Promise<string> {
  if (file === '-' && io !== undefined) return (await readAll(io.stdin)).replace(/\r?\n$/, '');
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    throw new Failure(`The password file ${file} cannot be read.`, 'Check the path and its permissions.');
  }
}

/** Returns a secret out of the file a flag names, or asked for. */
export async function secretFrom(
  io: Io,
  file: string | undefined,
  question: string,
  flag: string,
): Promise<string> {
  if (file !== undefined) return readSecret(file, io);
  if (!io.stdin.isTTY)
    throw new Failure(
      `${question.replace(/: $/, '')} is needed, and there is no terminal to ask on.`,
      `Pass it with --${flag} FILE.`,
      2,
    );
  return askHidden(io, question);
}

export async function ask(io: Io, question: string): Promise<string> {
  const lines = createInterface({ input: io.stdin, output: io.stderr, terminal: true });
  keepAcrossStops(lines, io.stdin, () => lines.prompt(true));
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** Asks without echo: readline draws to a stream that swallows what is typed. */
export async function askHidden(io: Io, question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: io.stdin, output: nowhere, terminal: true });
  const show = () => io.stderr.write(question);
  keepAcrossStops(lines, io.stdin, show);
  show();
  try {
    return await lines.question('');
  } finally {
    lines.close();
    io.stderr.write('\n');
  }
}
