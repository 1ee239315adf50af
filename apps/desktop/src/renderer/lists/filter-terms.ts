import type { Kind } from '@portolan/console/kinds/kind';
import { parseFor } from '@portolan/console/lists/sort-rows';

/** Returns the text of the terms of a filter about a field: `actor=ada@example.com`; empty where there is none. */
export function termsAbout(kind: Kind, filter: string, field: string): string {
  return spansAbout(kind, filter, field)
    .map(({ from, to }) => filter.slice(from, to))
    .join(' ');
}

/** Returns a filter whose terms about a field are replaced by another; an empty one takes them away. */
export function replaceTerms(kind: Kind, filter: string, field: string, term: string): string {
  const rest = spansAbout(kind, filter, field).reduceRight(
    (text, { from, to }) => text.slice(0, from) + text.slice(to),
    filter,
  );
  return `${rest} ${term}`.replaceAll(/\s+/g, ' ').trim();
}

function spansAbout(kind: Kind, filter: string, field: string) {
  const parsed = parseFor(kind, filter);
  if (!parsed.ok) return [];
  return parsed.filter.terms
    .filter((term) => term.kind === 'field' && term.field === field)
    .map(({ span }) => span);
}
