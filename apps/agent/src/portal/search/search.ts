import type { AdmittedOperation } from '../catalogue/rights.ts';
import { visibleApis, type VisibleVersion } from '../catalogue/visible.ts';
import type { PortalRequest } from '../portal-request.ts';
import { findCatalogueEntries, type CatalogueMatch } from './catalogue-entries.ts';
import { findOperations, type OperationMatch } from './operations.ts';
import { wordsOf, type Matching } from './word-index.ts';

export type SearchHit =
  | { readonly kind: 'api'; readonly visible: VisibleVersion }
  | { readonly kind: 'operation'; readonly visible: VisibleVersion; readonly operation: AdmittedOperation }
  | CatalogueMatch;

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** There are more than those listed. */
  readonly hasMore: boolean;
}

const HITS_MAX = 50;
const WORDS_MAX = 8;
const NOTHING: SearchResult = { hits: [], hasMore: false };

/**
 * Finds APIs, operations, bundles and pages by the beginnings of words, in what the caller may use. Where nothing is found, words may
 * have one typing mistake.
 */
export function search(request: PortalRequest, text: string): SearchResult {
  const words = wordsOf(text).slice(0, WORDS_MAX);
  if (words.length === 0) return NOTHING;
  const result = searchBy(request, words, 'beginning');
  return result.hits.length > 0 ? result : searchBy(request, words, 'mistaken');
}

function searchBy(request: PortalRequest, words: readonly string[], matching: Matching): SearchResult {
  const found: (OperationMatch | CatalogueMatch)[] = findCatalogueEntries(request, words, matching);
  for (const { versions } of visibleApis(request))
    for (const visible of versions) found.push(...findOperations(visible, words, matching));
  found.sort((a, b) => b.score - a.score);
  const hits: SearchHit[] = [];
  for (const match of found) {
    // Rights are looked at last: of thousands of matches only those that are shown.
    const hit = hitOf(request, match);
    if (hit === null) continue;
    if (hits.length >= HITS_MAX) return { hits, hasMore: true };
    hits.push(hit);
  }
  return { hits, hasMore: false };
}

function hitOf({ rights }: PortalRequest, match: OperationMatch | CatalogueMatch): SearchHit | null {
  if ('kind' in match) return match;
  const { visible, entry } = match;
  if (entry === null) return { kind: 'api', visible };
  const operation = visible.index === null ? null : rights.admitted(visible.version, visible.index, entry);
  return operation && { kind: 'operation', visible, operation };
}
