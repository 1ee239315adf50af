import type { FieldType, FieldValue, Filter, Operator, Term, Value } from './filter.ts';

/** How a matcher reads an object. */
export interface FilterSubject<T> {
  /** `undefined`: the object has no such field. */
  readonly value: (object: T, field: string) => FieldValue | undefined;
  readonly type: (field: string) => FieldType;
  /** The texts that words and bare regular expressions look at. */
  readonly texts: (object: T) => readonly string[];
  /** The same in lower case, a line each, from whoever keeps it for filters to come; words look there then. */
  readonly words?: (object: T) => string;
}

/** Turns a filter into a test, so that texts are lower-cased and expressions compiled once and not per object. */
export function compileFilter<T>(
  filter: Filter,
  subject: FilterSubject<T>,
  now: number,
): (object: T) => boolean {
  const tests = filter.terms.map((term) => compileTerm(term, subject, now));
  return (object) => tests.every((test) => test(object));
}

function compileTerm<T>(term: Term, subject: FilterSubject<T>, now: number): (object: T) => boolean {
  const test = compilePositive(term, subject, now);
  return term.negated ? (object) => !test(object) : test;
}

function compilePositive<T>(term: Term, subject: FilterSubject<T>, now: number): (object: T) => boolean {
  if (term.kind === 'word') {
    const wanted = term.text.toLowerCase();
    const { words } = subject;
    if (words) return (object) => words(object).includes(wanted);
    return (object) => subject.texts(object).some((text) => text.toLowerCase().includes(wanted));
  }
  if (term.kind === 'regex') {
    const regex = new RegExp(term.source, 'iu');
    return (object) => subject.texts(object).some((text) => regex.test(text));
  }
  const { field, op } = term;
  const type = subject.type(field);
  const tests = term.values.map((value) => compileValue(op, value, type, now));
  // `!=a,b` reads "neither a nor b"; every other operator reads "any of".
  if (op === '!=') return (object) => tests.every((test) => test(subject.value(object, field)));
  return (object) => tests.some((test) => test(subject.value(object, field)));
}

type FieldTest = (held: FieldValue | undefined) => boolean;

function compileValue(op: Operator, value: Value, type: FieldType, now: number): FieldTest {
  if (value.type === 'any') {
    return op === '!=' ? (held) => !isPresent(held) : isPresent;
  }
  if (op === '~') {
    const regex = new RegExp(value.text, 'iu');
    return (held) => textsOf(held).some((text) => regex.test(text));
  }
  if (op === '!=') {
    const same = compileValue('=', value, type, now);
    return (held) => !same(held);
  }
  if (type === 'text') {
    const wanted = value.text.toLowerCase();
    return op === ':'
      ? (held) => textsOf(held).some((text) => text.toLowerCase().includes(wanted))
      : (held) => textsOf(held).some((text) => text.toLowerCase() === wanted);
  }
  const distance = type === 'time' && value.type === 'duration';
  const wanted = numberOf(value, type, now);
  return (held) => {
    const number = heldNumber(held, type);
    if (number === null) return false;
    // A bare duration on a time is the distance from now, so `age<2h` and `expires<30d` both read naturally.
    return compare(op, distance ? Math.abs(now - number) : number, wanted);
  };
}

function isPresent(held: FieldValue | undefined): boolean {
  if (held === undefined || held === null || held === '') return false;
  return !Array.isArray(held) || held.length > 0;
}

function textsOf(held: FieldValue | undefined): readonly string[] {
  if (held === undefined || held === null) return [];
  if (typeof held === 'object') return held;
  return [String(held)];
}

function numberOf(value: Exclude<Value, { type: 'any' }>, type: FieldType, now: number): number {
  if (value.type === 'number') return value.number;
  if (value.type === 'duration') return value.milliseconds;
  if (value.type === 'moment') return now + value.offsetMs;
  return type === 'time' ? Date.parse(value.text) : Number(value.text);
}

function heldNumber(held: FieldValue | undefined, type: FieldType): number | null {
  if (typeof held === 'number') return held;
  if (typeof held !== 'string' || held === '') return null;
  const number = type === 'time' ? Date.parse(held) : Number(held);
  return Number.isNaN(number) ? null : number;
}

function compare(op: Operator, held: number, wanted: number): boolean {
  switch (op) {
    case '>':
      return held > wanted;
    case '>=':
      return held >= wanted;
    case '<':
      return held < wanted;
    case '<=':
      return held <= wanted;
    default:
      return held === wanted;
  }
}
