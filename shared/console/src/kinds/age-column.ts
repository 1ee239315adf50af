import { formatAge } from './format.ts';
import type { Column } from './kind.ts';

/** Returns a column of the time since a moment (ISO 8601), in its largest unit; a dash for none. It sorts by the moment. */
export function ageColumn<T>(
  id: string,
  title: string,
  read: (row: T) => string | null,
  place: Pick<Column<T>, 'drop' | 'wide' | 'min' | 'max'> = {},
): Column<T> {
  return {
    id,
    title,
    type: 'time',
    value: read,
    text: (row, now) => formatAge(read(row), now),
    right: true,
    ...place,
  };
}
