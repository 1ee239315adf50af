import type { Filter, Term, Value } from './filter.ts';

/** Writes a filter so that parsing it gives the same filter again. */
export function formatFilter(filter: Filter): string {
  return filter.terms.map(formatTerm).join(' ');
}

function formatTerm(term: Term): string {
  const not = term.negated ? '!' : '';
  if (term.kind === 'word') return `${not}${quote(term.text)}`;
  if (term.kind === 'regex') return `${not}/${term.source}/`;
  const values = term.values.map((value) => (term.op === '~' ? quoteText(value) : formatValue(value)));
  return `${not}${term.field}${term.op}${values.join(',')}`;
}

function formatValue(value: Value): string {
  if (value.type === 'any') return '*';
  return value.type === 'text' ? quoteText(value) : value.text;
}

function quoteText(value: Value): string {
  return value.type === 'any' ? '*' : quote(value.text);
}

/** Quotes always: a bare word could read as a field, a number, a regular expression or a negation. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
