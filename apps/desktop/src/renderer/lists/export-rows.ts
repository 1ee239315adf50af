import { cellText, type Column, type Kind, type Session } from '@portolan/console/kinds/kind';
import type { Selection } from '../data/use-rows.ts';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const PAGE = 500;
const ROWS_MAX = 100_000;
const TYPES: Readonly<Record<ExportFormat, string>> = { csv: 'text/csv', json: 'application/json' };

interface Export {
  readonly kind: Kind;
  readonly session: Session;
  readonly selection: Selection;
  readonly columns: readonly Column<unknown>[];
  readonly format: ExportFormat;
}

/** Reads every row that matches and writes it as CSV of the shown columns, or as JSON of the whole objects. */
export async function exportRows({ kind, session, selection, columns, format }: Export) {
  const rows: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await kind.fetch(session, {
      limit: PAGE,
      sort: selection.sort,
      ...(selection.filter === '' ? {} : { filter: selection.filter }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < ROWS_MAX);
  const text = format === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : csv(columns, rows);
  return { text, type: TYPES[format], count: rows.length };
}

function csv(columns: readonly Column<unknown>[], rows: readonly unknown[]): string {
  const now = Date.now();
  const lines = [
    columns.map(({ id }) => id),
    ...rows.map((row) => columns.map((column) => valueOf(column, row, now))),
  ];
  return lines.map((line) => `${line.map(quote).join(',')}\r\n`).join('');
}

/** Times and figures are exported as they are, not as they read. */
function valueOf(column: Column<unknown>, row: unknown, now: number): string {
  const value = column.value(row);
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return value.join(';');
  return column.type === 'text' && column.text !== undefined ? cellText(column, row, now) : String(value);
}

/** Quotes as RFC 4180 §2 asks; what a spreadsheet would take for a formula gets an apostrophe (OWASP: CSV injection). */
function quote(value: string): string {
  const inert = /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(?:\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
