import type { User } from '@portolan/contract/users';
import { email, name, optionalName } from '@portolan/contract/list';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import Papa from 'papaparse';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { Failure } from '../failure.ts';

/** Formats in which users and groups are imported and exported. */
export const PEOPLE_FORMATS = ['csv', 'yaml'] as const;
export type PeopleFormat = (typeof PEOPLE_FORMATS)[number];

const GROUP_SEPARATOR = ';';

const importedUser = z.strictObject({
  email,
  firstName: optionalName.default(''),
  lastName: optionalName.default(''),
  company: optionalName.default(''),
  /** Absent: groups of a known user stay as they are. */
  groups: z
    .union([
      z.array(name),
      z.string().transform((text) =>
        text
          .split(GROUP_SEPARATOR)
          .map((one) => one.trim())
          .filter(Boolean),
      ),
    ])
    .pipe(z.array(name).max(200))
    .optional(),
  state: z.enum(['active', 'disabled']).optional(),
});
export type ImportedUser = z.output<typeof importedUser>;
const importedGroup = z.strictObject({ name });

/** Fields of listed users and groups that the platform sets. */
const SET_BY_PLATFORM = new Set([
  'id',
  'externalId',
  'provider',
  'keys',
  'members',
  'createdAt',
  'updatedAt',
  'revision',
]);
export type ImportedGroup = z.output<typeof importedGroup>;

/** Returns users as CSV (RFC 4180, groups separated by `;`) or as YAML. */
export function formatUsers(users: readonly User[], format: PeopleFormat): string {
  const rows = users.map(({ email: address, firstName, lastName, company, groups, state }) => ({
    email: address,
    firstName,
    lastName,
    company,
    groups,
    state,
  }));
  if (format === 'yaml') return formatYaml(rows);
  return toCsv(rows.map((row) => ({ ...row, groups: row.groups.join(GROUP_SEPARATOR) })));
}

/** Returns groups as CSV or YAML. */
export function formatGroups(groups: readonly ImportedGroup[], format: PeopleFormat): string {
  const rows = groups.map((group) => ({ name: group.name }));
  return format === 'yaml' ? formatYaml(rows) : toCsv(rows);
}

/** Parses users; throws Failure with every wrong row. */
export function parseUsers(content: string, format: PeopleFormat): readonly ImportedUser[] {
  const users = parseRows(content, format, importedUser);
  const seen = new Map<string, number>();
  for (const [at, user] of users.entries()) {
    const address = user.email.toLowerCase();
    const before = seen.get(address);
    if (before !== undefined)
      throw new Failure(`Users ${before + 1} and ${at + 1} have the same e-mail address ${user.email}.`, FIX);
    seen.set(address, at);
  }
  return users;
}

/** Parses groups; throws Failure with every wrong row. */
export function parseGroups(content: string, format: PeopleFormat): readonly ImportedGroup[] {
  return parseRows(content, format, importedGroup);
}

const FIX = 'Nothing was imported. Correct the file and try again.';
const SHOWN_MAX = 10;

function parseRows<S extends z.ZodObject>(content: string, format: PeopleFormat, schema: S): z.output<S>[] {
  const raw = format === 'csv' ? fromCsv(content, Object.keys(schema.shape)) : fromYaml(content);
  if (raw.length === 0) throw new Failure('The file contains no entries.', FIX);
  const wrong: string[] = [];
  const rows = raw.flatMap(({ value, where }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    wrong.push(`${where}: ${String(issue?.path[0] ?? 'entry')}: ${issue?.message ?? 'is not valid'}`);
    return [];
  });
  if (wrong.length === 0) return rows;
  const more = wrong.length > SHOWN_MAX ? `; and ${wrong.length - SHOWN_MAX} more` : '';
  throw new Failure(`${wrong.slice(0, SHOWN_MAX).join('; ')}${more}.`, FIX);
}

interface RawRow {
  readonly value: unknown;
  /** `line 3`, `entry 2` */
  readonly where: string;
}

function toCsv(rows: readonly Readonly<Record<string, string>>[]): string {
  // Spreadsheets run cells that begin like a formula.
  return `${Papa.unparse([...rows], { escapeFormulae: true, newline: '\n' })}\n`;
}

function fromCsv(content: string, columns: readonly string[]): readonly RawRow[] {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(content.replace(/^\ufeff/, ''), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (title) => columnOf(title, columns),
    transform: (text) => text.trim().replace(/^'(?=[=+\-@])/, ''),
  });
  const [error] = errors.filter(({ type }) => type !== 'Delimiter');
  if (error) throw new Failure(`line ${(error.row ?? 0) + 2}: ${error.message}.`, FIX);
  const unknown = (meta.fields ?? []).filter((title) => !columns.includes(title));
  if (unknown.length > 0)
    throw new Failure(
      `Unknown column ${unknown.map((one) => `"${one}"`).join(', ')}.`,
      `Columns: ${columns.join(', ')}.`,
    );
  return data.map((value, at) => ({
    value: Object.fromEntries(Object.entries(value).filter(([, text]) => text !== '')),
    where: `line ${at + 2}`,
  }));
}

/** `E-Mail`, `First name` and `first_name` are columns too. */
function columnOf(title: string, columns: readonly string[]): string {
  const plain = title
    .trim()
    .toLowerCase()
    .replace(/[\s_-]/g, '');
  return columns.find((column) => column.toLowerCase() === plain) ?? title.trim();
}

/** Reads a list, documents, or the `List` of `portolan get users -o yaml`. */
function fromYaml(content: string): readonly RawRow[] {
  const documents = parseAllDocuments(content);
  const values: unknown[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error) throw new Failure(`${error.message.split('\n')[0] ?? 'not valid YAML'}.`, FIX);
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    const items = isRecord(value) && Array.isArray(value['items']) ? value['items'] : value;
    if (items !== null && items !== undefined) values.push(...[items].flat());
  }
  return values.map((value, at) => ({
    value: isRecord(value)
      ? Object.fromEntries(Object.entries(value).filter(([field]) => !SET_BY_PLATFORM.has(field)))
      : value,
    where: `entry ${at + 1}`,
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
