import { toAscii } from '@portolan/console/ascii';
import { safeData, safeOutput } from '@portolan/console/safe-text';
import { isUnicode, type Environment } from './environment.ts';

/** The streams and the environment of a command. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
}

/** Writes a text as it is, without a line end of its own. */
export function write(io: Io, text: string): void {
  io.stdout.write(safeOutput(text));
}

/** Writes part of a document, without a line end of its own. */
export function writeData(io: Io, text: string): void {
  io.stdout.write(safeData(text));
}

/** Writes text, what a pipe should receive, as lines without anything a terminal would obey. */
export function print(io: Io, text: string): void {
  io.stdout.write(withEnd(localText(io, text)));
}

/** Writes a document (JSON, YAML) or a name: what a terminal would obey is escaped, so that its meaning stays the same. */
export function printData(io: Io, text: string): void {
  io.stdout.write(withEnd(safeData(text)));
}

/** Writes what is for the person and not for the pipe. */
export function tell(io: Io, text: string): void {
  io.stderr.write(`${localText(io, text)}\n`);
}

/** Text for the locale of the terminal. */
function localText(io: Io, text: string): string {
  return isUnicode(io.env) ? safeOutput(text) : toAscii(safeOutput(text));
}

function withEnd(text: string): string {
  return text.endsWith('\n') || text === '' ? text : `${text}\n`;
}

export async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += String(chunk);
  return text;
}
