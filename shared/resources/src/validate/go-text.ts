import { dictionary } from '@portolan/contract/dictionary';
// How Go writes values into messages, which is how the API server writes them.

const ESCAPES = dictionary<string>({
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
});
const HTML = /[<>&\u2028\u2029]/g;

/** A text as Go's `%q` writes it: characters that do not print are escaped. */
export function quoteText(text: string): string {
  return `"${text.replaceAll(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escape)}"`;
}

function escape(rune: string): string {
  const known = ESCAPES[rune];
  if (known !== undefined) return known;
  const code = rune.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** A value as a field error shows it: scalars as Go's `%v` and `%q`, the rest as encoding/json. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'number') return showNumber(value);
  const text = JSON.stringify(sorted(value)) ?? 'null';
  return text.replaceAll(HTML, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

// What Go reads as float64 it writes with an exponent below 1e-4 and from 1e6 (strconv, format g), of two digits.
function showNumber(value: number): string {
  if (isInt64(value)) return String(value);
  const text = value.toExponential();
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  if (exponent >= -4 && exponent < 6) return String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

// encoding/json sorts the keys of maps.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => [name, sorted(member)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0');
}

const INT64_LIMIT = 2 ** 63;

/** Whether Go's JSON decoder reads a number as int64; anything else becomes float64. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -INT64_LIMIT && value < INT64_LIMIT;
}
