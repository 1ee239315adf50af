import type { Kind } from '@portolan/console/kinds/kind';
import { useCallback, useMemo, useState } from 'react';

/** The rows a person has marked, of those that are loaded. */
export interface Marks {
  readonly ids: ReadonlySet<string>;
  readonly rows: readonly unknown[];
  readonly set: (ids: readonly string[], isMarked: boolean) => void;
  readonly clear: () => void;
}

export function useMarks(kind: Kind, rows: readonly unknown[]): Marks {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const marked = useMemo(
    () => (ids.size === 0 ? [] : rows.filter((row) => ids.has(kind.id(row)))),
    [rows, ids, kind],
  );
  const set = useCallback(
    (changed: readonly string[], isMarked: boolean) =>
      setIds((held) => {
        const next = new Set(held);
        for (const id of changed) {
          if (isMarked) next.add(id);
          else next.delete(id);
        }
        return next;
      }),
    [],
  );
  const clear = useCallback(() => setIds(new Set()), []);
  return { ids, rows: marked, set, clear };
}
