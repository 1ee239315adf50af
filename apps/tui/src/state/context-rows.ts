import type { Kind } from '@portolan/console/kinds/kind';

/** Rows as they are seen, and where each object is among them. */
export interface Seen {
  readonly rows: readonly unknown[];
  readonly index: Pick<ReadonlyMap<string, number>, 'get'>;
}

/** What a filter found with so many rows before and after each, as `grep -C` shows them. */
export function withContext(
  kind: Kind,
  of: { readonly all: readonly unknown[]; readonly found: readonly unknown[] },
  lines: number,
): Seen {
  const wanted = new Set(of.found.map((row) => kind.id(row)));
  const isNear = of.all.map((row) => wanted.has(kind.id(row)));
  const rows = of.all.filter((_, at) => isNear.slice(Math.max(0, at - lines), at + lines + 1).includes(true));
  return { rows, index: new Map(rows.map((row, at) => [kind.id(row), at])) };
}
