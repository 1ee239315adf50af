import { parseArgs } from 'node:util';
import { z } from 'zod';
import { HelpRequested, StartupError } from './startup-error.ts';

const EXIT_CODE = 2;

type CamelCase<S> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

/** Values of a command line by the names of its flags in camel case: `--data-dir` is `dataDir`. */
export type Flags<S extends z.ZodObject> = {
  readonly [Name in keyof z.output<S> as CamelCase<Name>]: z.output<S>[Name];
};

/**
 * Parses a command line of `--flag value` (and `--flag` alone where the schema is a boolean) by a schema whose keys are the
 * names of the flags. Throws {@link HelpRequested} with `usage` and the flags for `--help` and `-h`, and a
 * {@link StartupError} (exit code 2) that names every flag that is wrong.
 */
export function parseFlags<S extends z.ZodObject>(
  schema: S,
  argv: readonly string[],
  usage?: string,
): Flags<S> {
  if (argv.includes('--help') || argv.includes('-h')) {
    throw new HelpRequested([...(usage === undefined ? [] : [usage]), describeFlags(schema)].join('\n'));
  }
  const options = Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [
      name,
      { type: isSwitch(field) ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  let given: unknown;
  try {
    given = parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    // Node adds hints, on lines after the first or about positional arguments, which no program here takes.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split(/\n|\. To specify/);
    throw usageError(first);
  }
  const result = schema.safeParse(given);
  if (result.success) {
    const named = Object.entries(result.data).map(([name, value]) => [camelCase(name), value]);
    return Object.fromEntries(named) as Flags<S>;
  }
  throw usageError(result.error.issues.map(explain).join('; '));
}

/**
 * Returns one line per flag: name, value and description (from `.meta({ value, description })`), and the default where the
 * schema has one.
 */
export function describeFlags(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([name, field]) => {
    const { value, description } = metaOf(field);
    const standard = defaultOf(field);
    return {
      flag: isSwitch(field) ? `--${name}` : `--${name} ${value}`,
      text: standard === undefined ? description : `${description} (${standard})`,
    };
  });
  const width = Math.max(...rows.map(({ flag }) => flag.length));
  return rows.map(({ flag, text }) => `  ${flag.padEnd(width)}  ${text}`).join('\n');
}

/** Returns the error for a wrong command line: exit code 2. */
export function usageError(message: string): StartupError {
  return new StartupError(message, 'Run it with --help for the options.', { exitCode: EXIT_CODE });
}

function explain({ path, message }: z.core.$ZodIssue): string {
  return message.endsWith('received undefined')
    ? `--${path.join('.')} is missing`
    : `--${path.join('.')}: ${message}`;
}

function isSwitch(field: unknown): boolean {
  return field instanceof z.ZodDefault || field instanceof z.ZodOptional
    ? isSwitch(field.unwrap())
    : field instanceof z.ZodBoolean;
}

function metaOf(field: z.core.$ZodType): { value: string; description: string } {
  const { value, description } = z.globalRegistry.get(field) ?? {};
  return { value: typeof value === 'string' ? value : 'VALUE', description: description ?? '' };
}

function defaultOf(field: unknown): string | undefined {
  if (!(field instanceof z.ZodDefault)) return undefined;
  const value = field.def.defaultValue;
  return typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
