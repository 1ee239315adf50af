import { usageFailure } from '@portolan/console/failure';
import { didYouMean } from './did-you-mean.ts';
import type { Arguments } from './verb.ts';

/** The one word a verb takes. */
export function oneWord(args: Arguments, question: string, usage: string): string {
  const [word, more] = args.words;
  if (word === undefined || word === '') throw usageFailure(question, usage);
  if (more !== undefined) throw usageFailure(`"${more}" is one word too many.`, usage);
  return word;
}

/** Refuses words where none are taken, so that a slip is not passed over in silence. */
export function noWords(args: Arguments, usage: string): void {
  const [word] = args.words;
  if (word !== undefined) throw usageFailure(`"${word}" is one word too many.`, usage);
}

/** The values of a flag that is given several times, or once with commas. */
export function listOf(args: Arguments, flag: string): string[] {
  return args
    .texts(flag)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** One of a fixed set of words. */
export function oneOf<T extends string>(allowed: readonly T[], text: string | undefined, what: string): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  if (text === undefined) throw usageFailure(`Which ${what}?`, `One of: ${allowed.join(', ')}.`);
  throw usageFailure(
    `There is no ${what} "${text}".`,
    `${didYouMean(text, allowed)}One of: ${allowed.join(', ')}.`,
  );
}
