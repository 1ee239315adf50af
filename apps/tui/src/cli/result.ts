import { print, printData, tell, write, type Io } from '../terminal/io.ts';
import type { Arguments } from './verb.ts';
import { yamlText } from './yaml-text.ts';

/** What a verb created or changed. */
export interface Result {
  /** `user/ada@example.com created` */
  readonly line: string;
  /** `user/ada@example.com` */
  readonly name: string;
  readonly object: unknown;
  /** Whole sentences for the person, not for the pipe. */
  readonly note?: string;
  /** Shown this once. */
  readonly secret?: string | null;
}

/** Prints what was done in the format asked for. */
export async function report(
  io: Io,
  args: Arguments,
  { line, name, object, note, secret }: Result,
): Promise<void> {
  const output = args.text('output') ?? 'text';
  if (output === 'json') return printData(io, JSON.stringify(object, null, 2));
  if (output === 'yaml') return printData(io, yamlText(object));
  if (output.startsWith('jsonpath=')) {
    const { fillTemplate } = await import('./json-path.ts');
    return write(io, fillTemplate(output.slice(9), object));
  }
  if (output === 'name') return print(io, name);
  // A secret is data: it alone goes to standard output, so that it can be captured.
  if (secret === undefined || secret === null) print(io, line);
  else tell(io, line);
  if (note !== undefined && note !== '') tell(io, note);
  if (secret !== undefined && secret !== null) print(io, secret);
}
