import type { CatalogueBundle, CatalogueContent } from '@portolan/resources/model/catalogue';
import { visibleContents } from '../catalogue/contents.ts';
import { shownBundles } from '../catalogue/own-catalogue.ts';
import { bundleTitle } from '../catalogue/titles-and-paths.ts';
import type { PortalRequest } from '../portal-request.ts';
import { NAMED_SCORE } from './operations.ts';
import {
  finish,
  scoresOfAll,
  wordIndexSteps,
  wordsOf,
  type Matching,
  type WeighedText,
  type WordIndex,
} from './word-index.ts';

export type CatalogueMatch =
  | { readonly kind: 'bundle'; readonly bundle: CatalogueBundle; readonly score: number }
  | {
      readonly kind: 'content';
      readonly content: CatalogueContent;
      /** What the page belongs to. */
      readonly parentTitle: string;
      readonly score: number;
    };

const CHUNK_LENGTH = 2000;
const indexes = new WeakMap<CatalogueContent, WordIndex>();

/** Finds bundles by their names, and pages by their titles and texts, among those that are shown to the caller. */
export function findCatalogueEntries(
  request: PortalRequest,
  words: readonly string[],
  matching: Matching,
): CatalogueMatch[] {
  const { own } = request;
  if (own === null) return [];
  const bundles = shownBundles(own).flatMap((bundle): CatalogueMatch[] => {
    const title = wordsOf(`${bundleTitle(bundle)} ${bundle.source.name} bundle`);
    const isNamed = words.every((word) => title.some((each) => each.startsWith(word)));
    return isNamed ? [{ kind: 'bundle', bundle, score: NAMED_SCORE }] : [];
  });
  const contents = visibleContents(request, own).flatMap(({ content, parent }): CatalogueMatch[] => {
    const score = scoresOfAll(wordIndexOf(content), words, matching).get(0);
    return score === undefined ? [] : [{ kind: 'content', content, parentTitle: parent.title, score }];
  });
  return [...bundles, ...contents];
}

/** Makes the words of a page ready to be searched, a piece at a step. */
export function* prepareContent(content: CatalogueContent): Generator<void> {
  if (!indexes.has(content)) indexes.set(content, yield* wordIndexSteps(textsOf(content)));
}

function wordIndexOf(content: CatalogueContent): WordIndex {
  let known = indexes.get(content);
  if (known === undefined) indexes.set(content, (known = finish(wordIndexSteps(textsOf(content)))));
  return known;
}

/** Yields the title and pieces of the text, which end between two words. */
function* textsOf({ title, body }: CatalogueContent): Generator<WeighedText> {
  yield { at: 0, text: title, weight: 20 };
  if (body.kind === 'link') return;
  const { text } = body;
  for (let start = 0; start < text.length;) {
    const space = start + CHUNK_LENGTH >= text.length ? -1 : text.lastIndexOf(' ', start + CHUNK_LENGTH);
    const end = space > start ? space : start + CHUNK_LENGTH;
    yield { at: 0, text: text.slice(start, end), weight: 3 };
    start = end;
  }
}
