import { apis } from '@portolan/console/kinds/apis';
import type { ApiView } from '@portolan/contract/resources';
import { useCallback, useMemo, useState } from 'react';

/** A cell that is to become different. */
export interface PendingChange {
  readonly api: ApiView;
  readonly group: string;
  /** Whether the group is to be able to call the API. */
  readonly isGrant: boolean;
}

export function cellKey(api: ApiView, group: string): string {
  return JSON.stringify([apis.id(api), group]);
}

/** Returns the changes that are chosen and not yet applied. */
export function usePending() {
  const [pending, setPending] = useState<ReadonlyMap<string, PendingChange>>(new Map());
  const toggle = useCallback((change: PendingChange) => {
    const key = cellKey(change.api, change.group);
    setPending((current) => {
      const next = new Map(current);
      if (!next.delete(key)) next.set(key, change);
      return next;
    });
  }, []);
  const clear = useCallback(() => setPending(new Map()), []);
  return useMemo(() => ({ pending, toggle, clear }), [pending, toggle, clear]);
}
