import type { SQL } from 'drizzle-orm';
import type { FieldType } from '@portolan/contract/filter/filter';

/** Column of a list: a field for filters and, unless it has several values, for sorting. */
export type ListColumn =
  | {
      readonly type: FieldType;
      readonly sql: SQL;
      /** Whether search terms without a field match this column. */
      readonly isSearched?: true;
      /** Whether the value may be null; nulls sort last. */
      readonly isNullable?: true;
    }
  | {
      readonly type: 'texts';
      /** Returns the condition that any of the values passes `test`. */
      some(test: (value: SQL) => SQL): SQL;
    };

/** Allow-list of the fields that a list can be filtered and sorted by; `label.*` stands for every `label.<x>`. */
export type ListColumns = Readonly<Record<string, ListColumn | ((rest: string) => ListColumn)>>;

/** Returns the column of a field; undefined when there is none. */
export function columnOf(columns: ListColumns, field: string): ListColumn | undefined {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column) return typeof column === 'function' ? undefined : column;
  const dot = field.indexOf('.');
  const family = `${field.slice(0, dot)}.*`;
  const make = dot > 0 && Object.hasOwn(columns, family) ? columns[family] : undefined;
  return typeof make === 'function' ? make(field.slice(dot + 1)) : make;
}
