import { and, or, sql, type SQL } from 'drizzle-orm';
import type { FieldType, Filter, Operator, Term, Value } from '@portolan/contract/filter/filter';
import { parseFilter } from '@portolan/contract/filter/parse';
import { RE2JS } from 're2js';
import { AppError } from '../app-error.ts';
import { columnOf, type ListColumn, type ListColumns } from './columns.ts';

const NOTHING = sql`false`;

/**
 * Returns the SQL condition of a filter over the allowed columns; all values are passed as parameters.
 * @throws AppError `invalid-request` with the position of the error.
 */
export function filterCondition(text: string, columns: ListColumns, searched?: SQL): SQL | undefined {
  const fields = new Map(Object.entries(columns).map(([name, column]) => [name, fieldType(column)]));
  const result = parseFilter(text, fields);
  if (result.ok) return toSql(result.filter, { columns, searched });
  const { message, from, to } = result.error;
  throw new AppError('invalid-request', `The filter is invalid at character ${from + 1}: ${message}.`, {
    fields: [{ field: 'filter', message }],
    details: { from, to },
    fix: 'Correct the filter. Quote words that contain an operator.',
  });
}

/** Returns whether a filter refers to a time, so that its matches change without a write. */
export function namesTime(text: string, columns: ListColumns): boolean {
  const result = parseFilter(text);
  if (!result.ok) return true;
  return result.filter.terms.some(
    (term) => term.kind === 'field' && columnOf(columns, term.field)?.type === 'time',
  );
}

function fieldType(column: ListColumns[string]): FieldType {
  const type = typeof column === 'function' ? column('').type : column.type;
  return type === 'texts' ? 'text' : type;
}

interface Fields {
  readonly columns: ListColumns;
  readonly searched: SQL | undefined;
}

function toSql(filter: Filter, fields: Fields): SQL | undefined {
  return and(...filter.terms.map((term) => termCondition(term, fields)));
}

/** Returns the condition of a term. As in the client's matcher, a null value fails every test and passes every negated one. */
function termCondition(term: Term, fields: Fields): SQL {
  const condition = positive(term, fields);
  return term.negated ? sql`(${condition}) is not true` : sql`(${condition}) is true`;
}

function positive(term: Term, { columns, searched }: Fields): SQL {
  if (term.kind === 'word' && searched && !term.text.includes('\n')) return like(searched, term.text);
  if (term.kind !== 'field') {
    const test = term.kind === 'word' ? contains(term.text) : matches(term.source);
    const everywhere = Object.values(columns).flatMap((column) =>
      typeof column !== 'function' && column.type !== 'texts' && column.isSearched ? [test(column.sql)] : [],
    );
    return or(...everywhere) ?? NOTHING;
  }
  const column = columnOf(columns, term.field);
  if (!column) return NOTHING; // the parser rejects unknown fields
  const { op } = term;
  if (op === '!=') {
    return (
      and(...term.values.map((value) => sql`(${valueCondition(column, '=', value)}) is not true`)) ?? NOTHING
    );
  }
  return or(...term.values.map((value) => valueCondition(column, op, value))) ?? NOTHING;
}

type Test = (held: SQL) => SQL;

function contains(text: string): Test {
  return (held) => like(sql`lower(${held})`, text);
}

function like(held: SQL, text: string): SQL {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql`${held} like lower(${pattern})`;
}

const EXPRESSION_MAX = 500;

/**
 * Requires that a regular expression runs in linear time. PostgreSQL backtracks on back-references without a limit; RE2
 * accepts neither these nor look-around, and limits repetitions.
 * @throws AppError `invalid-request`.
 */
function requireLinear(source: string): void {
  try {
    if (source.length > EXPRESSION_MAX) throw new Error(`longer than ${EXPRESSION_MAX} characters`);
    RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid-request', 'The filter contains an invalid regular expression.', {
      fields: [{ field: 'filter', message: reason }],
      fix: 'Use RE2 syntax (no back-references or look-around), or plain words.',
      cause,
    });
  }
}

function matches(source: string): Test {
  requireLinear(source);
  return (held) => sql`${held} ~* ${source}`;
}

function equals(text: string): Test {
  return (held) => sql`lower(${held}) = lower(${text})`;
}

function valueCondition(column: ListColumn, op: Exclude<Operator, '!='>, value: Value): SQL {
  if (column.type === 'texts') {
    return column.some(value.type === 'any' ? () => sql`true` : textTest(op, value));
  }
  if (value.type === 'any') return sql`${column.sql} is not null and ${column.sql}::text <> ''`;
  if (column.type === 'text' || op === '~') return textTest(op, value)(sql`${column.sql}::text`);
  if (column.type === 'time') return timeCondition(column.sql, op, value);
  const number =
    value.type === 'number'
      ? value.number
      : value.type === 'duration'
        ? value.milliseconds
        : Number(value.text);
  return Number.isFinite(number) ? sql`${column.sql} ${comparison(op)} ${number}::float8` : NOTHING;
}

function textTest(op: Operator, value: Exclude<Value, { type: 'any' }>): Test {
  if (op === '~') return matches(value.text);
  return op === ':' ? contains(value.text) : equals(value.text);
}

/** Returns the condition on a time. A duration without a sign is the distance from now; everything else is a point in time. */
function timeCondition(held: SQL, op: Operator, value: Exclude<Value, { type: 'any' }>): SQL {
  if (value.type === 'duration') {
    return sql`abs(extract(epoch from now() - ${held})) * 1000 ${comparison(op)} ${value.milliseconds}::float8`;
  }
  const moment = value.type === 'moment' ? Date.now() + value.offsetMs : Date.parse(value.text);
  const isMoment = Number.isFinite(moment) && Math.abs(moment) < 8e14;
  return isMoment ? sql`${held} ${comparison(op)} ${new Date(moment).toISOString()}::timestamptz` : NOTHING;
}

const COMPARISON: Readonly<Partial<Record<Operator, SQL>>> = {
  '>': sql`>`,
  '>=': sql`>=`,
  '<': sql`<`,
  '<=': sql`<=`,
};

function comparison(op: Operator): SQL {
  return COMPARISON[op] ?? sql`=`;
}
