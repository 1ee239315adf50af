import type { DocumentIndex, OperationEntry } from '../../gateway/openapi/compile/compiled.ts';
import { titleOf, type VisibleVersion } from '../catalogue/visible.ts';
import {
  finish,
  intersect,
  scoresOf,
  wordIndexSteps,
  wordsOf,
  type Matching,
  type WeighedText,
  type WordIndex,
} from './word-index.ts';

/** Something of an API that words were found in; `entry` is null where the API itself is meant. */
export interface OperationMatch {
  readonly visible: VisibleVersion;
  readonly entry: OperationEntry | null;
  readonly score: number;
}

/** What is called by a name goes before what mentions it. */
export const NAMED_SCORE = 1000;

const indexes = new WeakMap<DocumentIndex, WordIndex>();
const titles = new WeakMap<VisibleVersion['version'], { readonly text: string; readonly words: string[] }>();

/** Finds an API and its operations, whether or not the caller may see them. */
export function findOperations(
  visible: VisibleVersion,
  words: readonly string[],
  matching: Matching,
): OperationMatch[] {
  const { index } = visible;
  const title = titleWordsOf(visible);
  const isInTitle = (word: string): boolean => title.some((each) => each.startsWith(word));
  const matches: OperationMatch[] = words.every(isInTitle)
    ? [{ visible, entry: null, score: NAMED_SCORE }]
    : [];
  if (index === null) return matches;
  const wordIndex = wordIndexOf(index);
  let scores: Map<number, number> | null = null;
  const boosts: Map<number, number>[] = [];
  for (const word of words) {
    const found = scoresOf(wordIndex, word, matching);
    // A word of the API's own name holds for all of its operations.
    if (isInTitle(word)) boosts.push(found);
    else scores = scores === null ? found : intersect(scores, found);
    if (scores?.size === 0) return matches;
  }
  for (const [at, score] of boosted(scores, boosts)) {
    const entry = index.operations[at];
    if (entry !== undefined) matches.push({ visible, entry, score: entry.isDeprecated ? score / 2 : score });
  }
  return matches;
}

/** Makes the words of a document ready to be searched, a text at a step. */
export function* prepareOperations(index: DocumentIndex): Generator<void> {
  if (!indexes.has(index)) indexes.set(index, yield* wordIndexSteps(textsOf(index)));
}

function titleWordsOf(visible: VisibleVersion): readonly string[] {
  const { api, version } = visible;
  const text = `${titleOf(visible)} ${api.name} ${api.collection ?? ''} ${version.release ?? ''}`;
  let title = titles.get(version);
  if (title?.text !== text) titles.set(version, (title = { text, words: wordsOf(text) }));
  return title.words;
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

function wordIndexOf(index: DocumentIndex): WordIndex {
  let known = indexes.get(index);
  if (known === undefined) indexes.set(index, (known = finish(wordIndexSteps(textsOf(index)))));
  return known;
}

function* textsOf({ operations }: DocumentIndex): Generator<WeighedText> {
  for (const [at, { id, summary, path, terms, tags, method }] of operations.entries()) {
    yield { at, text: `${id} ${summary}`, weight: 10 };
    yield { at, text: path, weight: 6 };
    yield { at, text: `${tags.join(' ')} ${method}`, weight: 4 };
    yield { at, text: terms, weight: 2 };
  }
}
