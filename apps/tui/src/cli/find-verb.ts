import { usageFailure } from '@portolan/console/failure';
import { didYouMean } from './did-you-mean.ts';
import { namespaceFlag, platformFlags } from './flags.ts';
import type { VerbEntry } from './verb.ts';

/** Flags with a value that people write before the verb: `portolan -n airline get apis`. */
const valued = new Set(
  Object.entries({ ...platformFlags, ...namespaceFlag }).flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]),
);

export interface FoundVerb {
  readonly entry: VerbEntry;
  /** The command line without the words of the verb. */
  readonly rest: readonly string[];
}

/** Returns the verb of a command line, wherever its flags stand; null when no word names one. */
export function findVerb(argv: readonly string[], entries: readonly VerbEntry[]): FoundVerb | null {
  const at = wordAt(argv, 0);
  const first = argv[at];
  if (first === undefined) return null;
  const second = wordAt(argv, at + 1);
  const without = (...places: readonly number[]) => argv.filter((_, place) => !places.includes(place));
  const two = named(entries, `${first} ${argv[second] ?? ''}`);
  if (two) return { entry: two, rest: without(at, second) };
  const one = named(entries, first);
  return one ? { entry: one, rest: without(at) } : null;
}

/** What to say when no verb is meant by the words. */
export function explainUnknown(argv: readonly string[], entries: readonly VerbEntry[]): never {
  const at = wordAt(argv, 0);
  const first = argv[at] ?? '';
  const second = argv[wordAt(argv, at + 1)];
  const subs = entries.flatMap(({ name, aliases }) =>
    [name, ...aliases].filter((one) => one.startsWith(`${first} `)).map((one) => one.slice(first.length + 1)),
  );
  if (subs.length > 0) {
    const near = second === undefined ? '' : didYouMean(second, subs, (sub) => `"${first} ${sub}"`);
    const what =
      second === undefined ? `The second word of ${first} is missing.` : `There is no "${first} ${second}".`;
    throw usageFailure(what, `${near}Use one of: ${subs.join(', ')}.`);
  }
  const words = entries.flatMap(({ name, aliases }) => [name, ...aliases]);
  const near = didYouMean(
    first,
    words.flatMap((name) => [name, name.split(' ')[0] ?? '']),
  );
  throw usageFailure(`There is no verb "${first}".`, `${near}See: portolan help`);
}

function named(entries: readonly VerbEntry[], name: string): VerbEntry | undefined {
  return entries.find((one) => one.name === name || one.aliases.includes(name));
}

/** Where the next word stands that is neither a flag nor the value of one; -1 when there is none. */
function wordAt(argv: readonly string[], from: number): number {
  if (from < 0) return -1;
  return argv.findIndex((text, at) => at >= from && !text.startsWith('-') && !valued.has(argv[at - 1] ?? ''));
}
