import { useQuery } from '@tanstack/react-query';
import { mayDo, useSession } from '../session/session-context.tsx';
import type { PageCommand } from './page-command.ts';

const NONE: readonly PageCommand[] = [];

/** Returns the commands that pages of a kind offer to the account. */
export function useCommands(kind: string): readonly PageCommand[] {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['commands', kind, session.role],
    queryFn: async () =>
      (await import('../screens/page-commands.ts')).pageCommands.filter(
        ({ kinds, permission }) => kinds.includes(kind) && mayDo(session, permission),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NONE;
}
