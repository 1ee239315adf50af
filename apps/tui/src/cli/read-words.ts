import { usageFailure } from '@portolan/console/failure';
import { didYouMean } from './did-you-mean.ts';
import type { Arguments } from './verb.ts';

/** Returns the one word a verb takes; `what` names it in the message when it is missing. */
export function oneWord(args: Arguments, what: string, usage: string): string {
  const [word, extra] = args.words;
  if (word === undefined || word === '') throw usageFailure(`The ${what} is missing.`, usage);
  if (extra !== undefined) throw unexpected(extra, usage);
  return word;
}

/** Throws for words where none are taken, so that a slip does not go unnoticed. */
export function noWords(args: Arguments, usage: string): void {
  const [word] = args.words;
  if (word !== undefined) throw unexpected(word, usage);
}

function unexpected(word: string, usage: string) {
  return usageFailure(`Unexpected argument "${word}".`, usage);
}

/** Returns the values of a flag that is given several times, or once with commas. */
export function listOf(args: Arguments, flag: string): string[] {
  return args
    .texts(flag)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** Returns one of a fixed set of words; `what` names it in the message. */
export function oneOf<T extends string>(allowed: readonly T[], text: string | undefined, what: string): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  const choices = `Use one of: ${allowed.join(', ')}.`;
  if (text === undefined) throw usageFailure(`The ${what} is missing.`, choices);
  throw usageFailure(`"${text}" is not a ${what}.`, `${didYouMean(text, allowed)}${choices}`);
}
