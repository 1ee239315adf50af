import { distance } from 'fastest-levenshtein';
import type { DocumentIndex, OperationEntry } from '../../gateway/openapi/compile/compiled.ts';
import type { PortalRequest } from '../portal-request.ts';
import type { AdmittedOperation } from './rights.ts';
import { titleOf, visibleApis, type VisibleVersion } from './visible.ts';

export interface SearchHit {
  readonly visible: VisibleVersion;
  /** Null where the API itself is meant. */
  readonly operation: AdmittedOperation | null;
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** There are more than those listed. */
  readonly hasMore: boolean;
}

const HITS_MAX = 50;
const WORDS_MAX = 8;

/** Words of a document in order, each with the operations it is found in and how much it counts there. */
interface WordIndex {
  readonly words: readonly string[];
  readonly places: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

const indexes = new WeakMap<DocumentIndex, WordIndex>();

/** Finds operations by the beginnings of words, in what the caller may use; a word with one typing mistake is found too. */
export function search(request: PortalRequest, text: string): SearchResult {
  const words = wordsOf(text).slice(0, WORDS_MAX);
  if (words.length === 0) return { hits: [], hasMore: false };
  const found = visibleApis(request).flatMap(({ versions }) =>
    versions.flatMap((visible) => findIn(visible, words)),
  );
  found.sort((a, b) => b.score - a.score);
  const hits: SearchHit[] = [];
  for (const { visible, entry } of found) {
    // Rights are looked at last: of thousands of matches only those that are shown.
    const { index, version } = visible;
    const operation =
      entry === null || index === null ? null : request.rights.admitted(version, index, entry);
    if (entry !== null && operation === null) continue;
    if (hits.length >= HITS_MAX) return { hits, hasMore: true };
    hits.push({ visible, operation });
  }
  return { hits, hasMore: false };
}

interface Match {
  readonly visible: VisibleVersion;
  readonly entry: OperationEntry | null;
  readonly score: number;
}

function findIn(visible: VisibleVersion, words: readonly string[]): Match[] {
  const { index, api, version } = visible;
  const title = wordsOf(`${titleOf(visible)} ${api.name} ${api.collection ?? ''} ${version.release ?? ''}`);
  const isNamed = words.every((word) => title.some((each) => each.startsWith(word)));
  const matches: Match[] = isNamed ? [{ visible, entry: null, score: 1000 }] : [];
  if (index === null) return matches;
  const wordIndex = wordIndexOf(index);
  let scores: Map<number, number> | null = null;
  const boosts: Map<number, number>[] = [];
  for (const word of words) {
    const found = scoresOf(wordIndex, word);
    // A word of the API's own name holds for all of its operations.
    if (title.some((each) => each.startsWith(word))) boosts.push(found);
    else scores = scores === null ? found : intersect(scores, found);
    if (scores?.size === 0) return matches;
  }
  for (const [at, score] of boosted(scores, boosts)) {
    const entry = index.operations[at];
    if (entry !== undefined) matches.push({ visible, entry, score: entry.isDeprecated ? score / 2 : score });
  }
  return matches;
}

/** Adds scores of words that need not be found; without any others, these alone decide. */
function boosted(
  scores: ReadonlyMap<number, number> | null,
  boosts: readonly ReadonlyMap<number, number>[],
): ReadonlyMap<number, number> {
  const total = new Map(scores);
  for (const [at, score] of boosts.flatMap((boost) => [...boost]))
    if (scores === null || scores.has(at)) total.set(at, (total.get(at) ?? 0) + score);
  return total;
}

function intersect(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const both = new Map<number, number>();
  for (const [at, score] of a) {
    const other = b.get(at);
    if (other !== undefined) both.set(at, score + other);
  }
  return both;
}

function scoresOf({ words, places }: WordIndex, word: string): Map<number, number> {
  const scores = new Map<number, number>();
  const add = (known: string, factor: number): void => {
    for (const [at, weight] of places.get(known) ?? [])
      scores.set(at, Math.max(scores.get(at) ?? 0, weight * factor));
  };
  for (let at = firstAtLeast(words, word); words[at]?.startsWith(word) === true; at++)
    add(words[at] ?? '', words[at] === word ? 2 : 1);
  if (scores.size > 0 || word.length < 4) return scores;
  for (const known of words)
    if (Math.abs(known.length - word.length) <= 1 && distance(known, word) === 1) add(known, 0.5);
  return scores;
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

function wordIndexOf(index: DocumentIndex): WordIndex {
  let known = indexes.get(index);
  if (known === undefined) {
    known = makeWordIndex(index);
    indexes.set(index, known);
  }
  return known;
}

/** Makes the words of a document ready to be searched, an operation at a step. */
export function* prepareSearch(index: DocumentIndex): Generator<void> {
  if (!indexes.has(index)) indexes.set(index, yield* wordIndexSteps(index));
}

function makeWordIndex(index: DocumentIndex): WordIndex {
  const steps = wordIndexSteps(index);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function* wordIndexSteps({ operations }: DocumentIndex): Generator<void, WordIndex> {
  const places = new Map<string, Map<number, number>>();
  for (const [at, entry] of operations.entries()) {
    const { id, summary, path, terms, tags, method } = entry;
    const weighed = [
      [`${id} ${summary}`, 10],
      [path, 6],
      [`${tags.join(' ')} ${method}`, 4],
      [terms, 2],
    ] as const;
    for (const [text, weight] of weighed)
      for (const word of wordsOf(text)) {
        const ofWord = places.get(word) ?? new Map<number, number>();
        places.set(word, ofWord.set(at, Math.max(ofWord.get(at) ?? 0, weight)));
      }
    yield;
  }
  return { words: [...places.keys()].toSorted(), places };
}

/** Returns the words of a text in lower case: of letters and digits, those written in camel case apart and together. */
function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const [whole] of text.slice(0, 2000).matchAll(/[\p{L}\p{N}]+/gu)) {
    words.add(whole.toLowerCase());
    const parts = whole.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u);
    if (parts.length > 1) for (const part of parts) words.add(part.toLowerCase());
  }
  return [...words];
}
