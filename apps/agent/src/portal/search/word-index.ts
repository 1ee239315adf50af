import { distance } from 'fastest-levenshtein';

/** Words of some texts in order, each with the texts it is found in, by their place, and how much it counts there. */
export interface WordIndex {
  readonly words: readonly string[];
  readonly places: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

/** A text, at which place its words count, and how much. */
export interface WeighedText {
  readonly at: number;
  readonly text: string;
  readonly weight: number;
}

/** How a word is looked for: by its beginning, or where that finds nothing anywhere, with one typing mistake. */
export type Matching = 'beginning' | 'mistaken';

const TEXT_LENGTH_MAX = 2000;
const MISTAKEN_LENGTH_MIN = 4;

/** Makes the index of texts, one at a step. */
export function* wordIndexSteps(texts: Iterable<WeighedText>): Generator<void, WordIndex> {
  const places = new Map<string, Map<number, number>>();
  for (const { at, text, weight } of texts) {
    for (const word of wordsOf(text)) {
      const ofWord = places.get(word) ?? new Map<number, number>();
      places.set(word, ofWord.set(at, Math.max(ofWord.get(at) ?? 0, weight)));
    }
    yield;
  }
  return { words: [...places.keys()].toSorted(), places };
}

/** Runs steps to their end. */
export function finish<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Returns the words of a text in lower case: of letters and digits, those written in camel case apart and together. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const [whole] of text.slice(0, TEXT_LENGTH_MAX).matchAll(/[\p{L}\p{N}]+/gu)) {
    words.add(whole.toLowerCase());
    const parts = whole.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u);
    if (parts.length > 1) for (const part of parts) words.add(part.toLowerCase());
  }
  return [...words];
}

/** Returns the texts in which a word is found, each with how well it fits. A whole word counts twice, a mistaken one half. */
export function scoresOf(
  { words, places }: WordIndex,
  word: string,
  matching: Matching,
): Map<number, number> {
  const scores = new Map<number, number>();
  const add = (known: string, factor: number): void => {
    for (const [at, weight] of places.get(known) ?? [])
      scores.set(at, Math.max(scores.get(at) ?? 0, weight * factor));
  };
  for (let at = firstAtLeast(words, word); words[at]?.startsWith(word) === true; at++)
    add(words[at] ?? '', words[at] === word ? 2 : 1);
  if (scores.size > 0 || matching === 'beginning' || word.length < MISTAKEN_LENGTH_MIN) return scores;
  for (const known of words)
    if (Math.abs(known.length - word.length) <= 1 && distance(known, word) === 1) add(known, 0.5);
  return scores;
}

/** Returns the texts in which all words are found. */
export function scoresOfAll(
  index: WordIndex,
  words: readonly string[],
  matching: Matching,
): Map<number, number> {
  let scores: Map<number, number> | null = null;
  for (const word of words) {
    const found = scoresOf(index, word, matching);
    scores = scores === null ? found : intersect(scores, found);
    if (scores.size === 0) break;
  }
  return scores ?? new Map();
}

/** Returns what both have, with the sum of its scores. */
export function intersect(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): Map<number, number> {
  const both = new Map<number, number>();
  for (const [at, score] of a) {
    const other = b.get(at);
    if (other !== undefined) both.set(at, score + other);
  }
  return both;
}

function firstAtLeast(words: readonly string[], word: string): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] ?? '') < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
