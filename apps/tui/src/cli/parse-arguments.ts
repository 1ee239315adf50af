import { parseArgs } from 'node:util';
import { usageFailure } from '../failure.ts';
import type { Arguments, Flags, Verb } from './verb.ts';

/** Reads a verb's words and flags, flags anywhere; throws with the fix for a wrong one. */
export function parseArguments(verb: Verb, argv: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries(verb.flags).map(([name, flag]) => [
      name,
      {
        type: flag.type,
        multiple: flag.multiple ?? false,
        ...(flag.short === undefined ? {} : { short: flag.short }),
      },
    ]),
  );
  const { values, positionals } = parse(verb, argv, options);
  checkChoices(verb.flags, values);
  return {
    words: positionals,
    text: (flag) => {
      const value = values[flag];
      return typeof value === 'string' ? value : undefined;
    },
    texts: (flag) => {
      const value = values[flag];
      return Array.isArray(value) ? value.map(String) : [];
    },
    has: (flag) => values[flag] === true,
  };
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;
type Values = Readonly<Record<string, unknown>>;

function parse(
  verb: Verb,
  argv: readonly string[],
  options: Options,
): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw usageFailure(`${message.replace(/\.$/, '')}.`, `See: portolan help ${verb.name}`);
  }
}

function checkChoices(flags: Flags, values: Values): void {
  for (const [name, flag] of Object.entries(flags)) {
    const value = values[name];
    if (flag.choices === undefined || typeof value !== 'string' || flag.choices.includes(value)) continue;
    throw usageFailure(`--${name} cannot be "${value}".`, `Use one of: ${flag.choices.join(', ')}.`);
  }
}
