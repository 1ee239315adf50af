import { stringify } from 'yaml';
import { print, tell, type Io } from './io.ts';
import type { Arguments } from './verb.ts';

/** What a verb made or changed. */
export interface Made {
  /** A sentence for people: `user/ada@example.com created`. */
  readonly line: string;
  /** `user/ada@example.com` */
  readonly name: string;
  readonly object: unknown;
  /** Shown this once. */
  readonly secret?: string | null;
}

/** Says what was done, in the format asked for. */
export async function report(io: Io, args: Arguments, { line, name, object, secret }: Made): Promise<void> {
  const output = args.text('output') ?? 'text';
  if (output === 'json') return print(io, JSON.stringify(object, null, 2));
  if (output === 'yaml') return print(io, stringify(object));
  if (output.startsWith('jsonpath=')) {
    const { fillTemplate } = await import('./json-path.ts');
    io.stdout.write(fillTemplate(output.slice(9), object));
    return;
  }
  if (output === 'name') return print(io, name);
  // A secret is data: it alone goes to standard output, so that it can be captured.
  if (secret === undefined || secret === null) return print(io, line);
  tell(io, line);
  print(io, secret);
}
