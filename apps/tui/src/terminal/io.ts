export type Environment = Readonly<Record<string, string | undefined>>;

import { safeData, safeOutput } from '@portolan/console/safe-text';
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

/** Writes data, what a pipe should receive, as lines without anything a terminal would obey. */
export function print(io: Io, text: string): void {
  io.stdout.write(withEnd(safeOutput(text)));
}

/** Writes a document (JSON, YAML): what a terminal would obey is escaped, so that its meaning stays the same. */
export function printData(io: Io, text: string): void {
  io.stdout.write(withEnd(safeData(text)));
}

/** Writes what is for the person and not for the pipe. */
export function tell(io: Io, text: string): void {
  io.stderr.write(`${safeOutput(text)}\n`);
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
