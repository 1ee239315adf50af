import type { SQL } from 'drizzle-orm';
import type { FieldType } from '@portolan/contract/filter/ast';

/** One column of a list: a field of its filter and, unless it holds several values, an order to sort by. */
export type ListColumn =
  | {
      readonly type: FieldType;
      readonly sql: SQL;
      /** Whether words without a field look here. */
      readonly isSearched?: true;
      /** Nulls sort last. */
      readonly isNullable?: true;
    }
  | {
      readonly type: 'texts';
      /** True when one of the values passes `test`. */
      some(test: (value: SQL) => SQL): SQL;
    };

/** Allow-list of what a list can be filtered and sorted by; `label.*` stands for every `label.<x>`. */
export type ListColumns = Readonly<Record<string, ListColumn | ((rest: string) => ListColumn)>>;

/** The column a field names. */
export function columnOf(columns: ListColumns, field: string): ListColumn | undefined {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column) return typeof column === 'function' ? undefined : column;
  const dot = field.indexOf('.');
  const family = `${field.slice(0, dot)}.*`;
  const make = dot > 0 && Object.hasOwn(columns, family) ? columns[family] : undefined;
  return typeof make === 'function' ? make(field.slice(dot + 1)) : make;
}
