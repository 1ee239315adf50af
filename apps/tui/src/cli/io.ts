import type { Environment } from '../config/paths.ts';

/** What a command may touch of the process it runs in. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
}

/** Data: what a pipe should receive. */
export function print(io: Io, text: string): void {
  io.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}

/** Everything said to the person and not to the pipe. */
export function tell(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

export async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text += String(chunk);
  return text;
}
