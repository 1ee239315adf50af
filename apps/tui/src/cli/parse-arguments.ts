import { parseArgs } from 'node:util';
import { usageFailure, type Failure } from '@portolan/console/failure';
import { didYouMean } from './did-you-mean.ts';
import type { Arguments, Flag, Flags } from './verb.ts';

interface Wanted {
  readonly name: string;
  readonly flags: Flags;
}

type Value = string | boolean;

/** Reads a verb's words and flags, flags anywhere; throws with the fix for a wrong one. */
export function parseArguments({ name: verb, flags }: Wanted, argv: readonly string[]): Arguments {
  const known = namesOf(flags);
  const options = Object.fromEntries(
    Array.from(known, ([name, { flag }]) => [
      name,
      {
        type: flag.type,
        ...(flag.short === undefined || name !== known.get(name)?.main ? {} : { short: flag.short }),
      },
    ]),
  );
  // Not strict: its own messages know no remedy, and it takes `--sort -age` for a mistake.
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const values = new Map<string, Value[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const found = known.get(token.name);
    if (found === undefined) throw unknownFlag(token.rawName, verb, known);
    const value = valueOf(token.rawName, found.flag, withoutEquals(token));
    values.set(found.main, [...(values.get(found.main) ?? []), value]);
  }
  for (const [name, given] of values) checkOnce(name, flags[name], given);
  const texts = (flag: string) => (values.get(flag) ?? []).filter((value) => typeof value === 'string');
  return {
    words,
    text: (flag) => texts(flag)[0],
    texts,
    has: (flag) => values.has(flag) && values.get(flag)?.[0] !== false,
    isOff: (flag) => values.get(flag)?.[0] === false,
  };
}

interface Known {
  readonly main: string;
  readonly flag: Flag;
}

function namesOf(flags: Flags): ReadonlyMap<string, Known> {
  return new Map(
    Object.entries(flags).flatMap(([main, flag]) =>
      [main, ...(flag.aliases ?? [])].map((name) => [name, { main, flag }] as const),
    ),
  );
}

/** `-o=json`, as kubectl takes it. */
function withoutEquals(token: {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}) {
  const { rawName, value, inlineValue } = token;
  const isAssigned = !rawName.startsWith('--') && inlineValue === true && value?.startsWith('=') === true;
  return { value: isAssigned ? value.slice(1) : value, inlineValue };
}

/** Returns the value of a flag as it was given. */
function valueOf(
  raw: string,
  flag: Flag,
  { value, inlineValue }: { value: string | undefined; inlineValue: boolean | undefined },
): Value {
  if (flag.type === 'boolean') {
    if (value === undefined || value === 'true') return true;
    if (value === 'false' || (value === 'none' && flag.choices?.includes('none') === true)) return false;
    if (flag.value !== undefined || flag.choices?.includes(value) === true) return value;
    throw usageFailure(
      `${raw} cannot be "${value}".`,
      flag.choices ? `Use one of: ${flag.choices.join(', ')}.` : `Use ${raw} without a value.`,
    );
  }
  if (value === undefined || (inlineValue !== true && value.startsWith('--')))
    throw usageFailure(`${raw} needs a value.`, `Use ${raw} ${flag.value ?? 'VALUE'}.`);
  const isChoice = (choice: string) => (choice.endsWith('=') ? value.startsWith(choice) : value === choice);
  if (flag.choices !== undefined && !flag.choices.some(isChoice)) {
    throw usageFailure(
      `${raw} cannot be "${value}".`,
      `${didYouMean(value, flag.choices)}Use one of: ${flag.choices.map((one) => (one.endsWith('=') ? `${one}…` : one)).join(', ')}.`,
    );
  }
  return value;
}

function unknownFlag(raw: string, verb: string, known: ReadonlyMap<string, Known>): Failure {
  const name = raw.replace(/^-+/, '');
  const near = name.length > 1 ? didYouMean(name, known.keys(), (flag) => `--${flag}`) : '';
  return usageFailure(`portolan ${verb} has no flag ${raw}.`, `${near}See: portolan help ${verb}`);
}

function checkOnce(name: string, flag: Flag | undefined, given: readonly Value[]): void {
  if (flag?.multiple === true || new Set(given).size < 2) return;
  throw usageFailure(`--${name} is given ${given.length} times.`, 'Pass it once.');
}
