import { print, printData, tell, write, type Io } from '../terminal/io.ts';
import type { Arguments } from './verb.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

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

/** Prints a value as JSON or YAML where -o asks for one of them; returns whether it did. */
export function printDocument(io: Io, args: Arguments, value: unknown): boolean {
  const output = args.text('output');
  if (output === 'json') printData(io, JSON.stringify(value, null, 2));
  else if (output === 'yaml') printData(io, formatYaml(value));
  else return false;
  return true;
}

/** Prints what was done in the format asked for. */
export async function report(
  io: Io,
  args: Arguments,
  { line, name, object, note, secret }: Result,
): Promise<void> {
  const output = args.text('output') ?? 'text';
  if (printDocument(io, args, object)) return;
  if (output.startsWith('jsonpath=')) {
    const { fillTemplate } = await import('./json-path.ts');
    return write(io, fillTemplate(output.slice(9), object));
  }
  if (output === 'name') return printData(io, name);
  // A secret is data: it alone goes to standard output, so that it can be captured.
  if (secret === undefined || secret === null) print(io, line);
  else tell(io, line);
  if (note !== undefined && note !== '') tell(io, note);
  if (secret !== undefined && secret !== null) print(io, secret);
}
