import { parseArgs } from 'node:util';
import { z } from 'zod';

/** A mistake in the command line, as one sentence. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

type CamelCase<S> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

/** What a command line says, by the names of its flags in camel case: `--data-dir` is `dataDir`. */
export type Flags<S extends z.ZodObject> = {
  readonly [Name in keyof z.output<S> as CamelCase<Name>]: z.output<S>[Name];
};

/**
 * Reads a command line of `--flag value` (and `--flag` alone where the schema is a boolean) by a schema whose keys are
 * the flags' names. Throws a {@link FlagError} that names every flag that is wrong.
 */
export function parseFlags<S extends z.ZodObject>(schema: S, argv: readonly string[]): Flags<S> {
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
    // Node adds hints about positional arguments, which no program here takes.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('. To specify');
    throw new FlagError(first.replace(/\.$/, ''));
  }
  const result = schema.safeParse(given);
  if (result.success) {
    const named = Object.entries(result.data).map(([name, value]) => [camelCase(name), value]);
    return Object.fromEntries(named) as Flags<S>;
  }
  throw new FlagError(result.error.issues.map(explain).join('; '));
}

/**
 * One line per flag: its name, what it takes and what it is for (`.meta({ value, description })`), and its default where
 * that is written in the schema.
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
