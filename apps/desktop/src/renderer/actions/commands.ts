import { explain } from '@portolan/console/failure';
import { toast } from '@portolan/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useHost } from '../host/host-context.tsx';
import { mayDo, useSession } from '../session/session-context.tsx';
import type { PageCommand } from './page-command.ts';

/** A command of a page, bound to the session it runs in. */
export interface BoundCommand extends Omit<PageCommand, 'run'> {
  run(selected: readonly unknown[]): void;
}

const NONE: readonly PageCommand[] = [];

/** Returns the commands that pages of a kind offer to the account. */
export function useCommands(kind: string): readonly BoundCommand[] {
  const session = useSession();
  const host = useHost();
  const { data = NONE } = useQuery({
    queryKey: ['commands', kind, session.role],
    queryFn: async () =>
      (await import('../screens/page-commands.ts')).pageCommands.filter(
        ({ kinds, permission }) => kinds.includes(kind) && mayDo(session, permission),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(
    () =>
      data.map((command) => ({
        ...command,
        run(selected) {
          // Nobody waits for a command: what goes wrong is shown.
          Promise.resolve(command.run(selected, { session, host })).catch((error: unknown) => {
            const { message, fix } = explain(error);
            toast({ title: message, tone: 'bad', ...(fix === undefined ? {} : { description: fix }) });
          });
        },
      })),
    [data, session, host],
  );
}
