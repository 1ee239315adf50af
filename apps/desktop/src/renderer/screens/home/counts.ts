import type { Kind } from '@portolan/console/kinds/kind';
import { useQuery } from '@tanstack/react-query';
import { mayDo, useSession } from '../../session/session-context.tsx';
import type { Permission } from '@portolan/contract/permissions';

export interface Counted {
  readonly total: number;
  readonly matched: number;
}

/** Reads how many objects of a kind match a filter, where the account may read them. */
export function useCounting(kind: Kind, permission: Permission, filter = '') {
  const session = useSession();
  return useQuery({
    queryKey: ['count', session.workspace, kind.name, filter],
    queryFn: async ({ signal }): Promise<Counted> => {
      const { total, matched } = await kind.fetch(
        session,
        { limit: 1, ...(filter === '' ? {} : { filter }) },
        signal,
      );
      return { total, matched };
    },
    enabled: mayDo(session, permission),
    meta: { topics: kind.topics, isRelaxed: true },
  });
}

/** Returns how many objects of a kind match a filter; undefined until that is read, or where the account may not read them. */
export function useCount(kind: Kind, permission: Permission, filter = ''): Counted | undefined {
  return useCounting(kind, permission, filter).data;
}
