import { createHash } from 'node:crypto';
import type { Field } from './fixture.ts';

const SHORT_BYTES = 160;

/** Returns name and value pairs of a list as Node's `rawHeaders` is one. */
export function fieldsOf(raw: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return fields;
}

/** Returns `name: value` lines, names in lower case and in order; fields of one name keep theirs. */
export function linesOf(fields: readonly Field[]): string[] {
  return fields
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}: ${value}`);
}

/** Returns a short text as it is, and length and hash of anything else. */
export function digest(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (bytes.length <= SHORT_BYTES && /^[\t\n\r -~]*$/.test(text)) return text;
  return `${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}
