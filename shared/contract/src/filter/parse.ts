import type { FieldType, Filter, FilterError, Operator, Term, Value } from './filter.ts';
import { parseValue } from './value.ts';

export type FilterResult =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly error: FilterError };

// Keys of labels may hold a slash: `label.app.kubernetes.io/name=web`.
const FIELD = /^(label\.[\w./-]+|[A-Za-z][\w.-]*)(!=|>=|<=|[:=><~])/;
const REGEX_LENGTH_MAX = 200;

/**
 * Parses the filter grammar every list shares: `orders !legacy status=failing,drift p95>500ms age<2h /^v[12]$/`.
 * With `fields`, a field that is not among them is an error too.
 */
export function parseFilter(text: string, fields?: ReadonlyMap<string, FieldType>): FilterResult {
  const terms: Term[] = [];
  try {
    let at = skipSpace(text, 0);
    while (at < text.length) {
      const term = readTerm(text, at);
      if (fields && term.kind === 'field') checkField(term, fields);
      terms.push(term);
      at = skipSpace(text, term.span.to);
    }
    return { ok: true, filter: { terms } };
  } catch (error) {
    if (error instanceof Mistake) return { ok: false, error: error.detail };
    throw error;
  }
}

class Mistake extends Error {
  readonly detail: FilterError;
  constructor(message: string, from: number, to: number) {
    super(message);
    this.detail = { message, from, to };
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function readTerm(text: string, start: number): Term {
  const negated = text[start] === '!';
  const from = negated ? start + 1 : start;
  const first = text[from];
  if (first === undefined || /\s/.test(first)) {
    throw new Mistake('"!" must stand before a word, a regex or a field', start, from);
  }
  if (first === '"') {
    const { value, end } = readQuoted(text, from);
    return { kind: 'word', negated, text: value, span: { from: start, to: boundary(text, end) } };
  }
  if (first === '/') {
    const { value, end } = readRegex(text, from);
    return { kind: 'regex', negated, source: value, span: { from: start, to: boundary(text, end) } };
  }
  const field = FIELD.exec(text.slice(from));
  if (field) return readField(text, start, negated, field);
  const { value, end } = readBare(text, from, /\s/);
  return { kind: 'word', negated, text: value, span: { from: start, to: end } };
}

function readField(text: string, start: number, negated: boolean, match: RegExpExecArray): Term {
  const [whole, field = '', operator = ':'] = match;
  const op = operator as Operator;
  const first = start + (negated ? 1 : 0) + whole.length;
  const values: Value[] = [];
  let at = first;
  do {
    if (at > first) at += 1;
    const { value, end } = readFieldValue(text, at, op);
    values.push(value);
    at = end;
  } while (text[at] === ',');
  return { kind: 'field', negated, field, op, values, span: { from: start, to: boundary(text, at) } };
}

function readFieldValue(text: string, from: number, op: Operator): { value: Value; end: number } {
  if (text[from] === '"') {
    const { value, end } = readQuoted(text, from);
    return { value: { type: 'text', text: value }, end };
  }
  if (op === '~') {
    const { value, end } = text[from] === '/' ? readRegex(text, from) : readBare(text, from, /\s/);
    checkRegex(value, from, end);
    return { value: { type: 'text', text: value }, end };
  }
  const { value, end } = readBare(text, from, /[\s,]/);
  if (value === '') throw new Mistake(`a value is missing after "${op}"`, from, from + 1);
  return { value: parseValue(value), end };
}

function readBare(text: string, from: number, stop: RegExp): { value: string; end: number } {
  let end = from;
  while (end < text.length && !stop.test(text[end] ?? '')) end += 1;
  return { value: text.slice(from, end), end };
}

function readQuoted(text: string, from: number): { value: string; end: number } {
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '"') return { value, end: at + 1 };
    if (char === '\\' && at + 1 < text.length) at += 1;
    value += text[at] ?? '';
  }
  throw new Mistake('the closing quote is missing', from, text.length);
}

function readRegex(text: string, from: number): { value: string; end: number } {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '/') {
      const value = text.slice(from + 1, at);
      checkRegex(value, from, at + 1);
      return { value, end: at + 1 };
    }
  }
  throw new Mistake('the closing "/" of the regular expression is missing', from, text.length);
}

function checkRegex(source: string, from: number, to: number): void {
  if (source === '') throw new Mistake('the regular expression is empty', from, to);
  if (source.length > REGEX_LENGTH_MAX) {
    throw new Mistake(`the regular expression is longer than ${REGEX_LENGTH_MAX} characters`, from, to);
  }
  try {
    RegExp(source, 'iu');
  } catch {
    throw new Mistake('not a valid regular expression', from, to);
  }
}

function boundary(text: string, end: number): number {
  if (end < text.length && !/\s/.test(text[end] ?? '')) {
    throw new Mistake('a space is missing here', end, end + 1);
  }
  return end;
}

function checkField(term: Extract<Term, { kind: 'field' }>, fields: ReadonlyMap<string, FieldType>): void {
  const start = term.span.from + (term.negated ? 1 : 0);
  const type = fields.get(term.field) ?? fields.get(prefixOf(term.field));
  if (type === undefined) {
    const known = [...fields.keys()].join(', ');
    throw new Mistake(`no field "${term.field}" here; there are ${known}`, start, start + term.field.length);
  }
  if (!['>', '>=', '<', '<='].includes(term.op)) return;
  const valueAt = start + term.field.length + term.op.length;
  if (type === 'text') {
    throw new Mistake(
      `"${term.field}" holds text: compare it with ":", "=", "!=" or "~"`,
      valueAt,
      term.span.to,
    );
  }
  for (const value of term.values) {
    if (!isComparable(value, type)) {
      const example = type === 'time' ? '2h, now-2h or 2026-01-31' : type === 'duration' ? '500ms' : '500';
      throw new Mistake(`"${term.field}" needs a value like ${example}`, valueAt, term.span.to);
    }
  }
}

/** `label.team` is a field wherever `label.*` is. */
function prefixOf(field: string): string {
  const dot = field.indexOf('.');
  return dot < 0 ? field : `${field.slice(0, dot)}.*`;
}

function isComparable(value: Value, type: FieldType): boolean {
  if (value.type === 'any') return false;
  if (value.type === 'number') return type !== 'time';
  if (value.type === 'text') return type === 'time' && !Number.isNaN(Date.parse(value.text));
  return value.type === 'duration' ? type !== 'number' : type === 'time';
}
