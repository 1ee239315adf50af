import { describeChange, readChanges } from '@portolan/console/kinds/change-marks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Mark } from '../../charts/chart-frame.tsx';
import { useSession } from '../../session/session-context.tsx';
import type { Span } from './ranges.ts';
import type { Watched } from './use-metrics.ts';

const POLL_MS = 15_000;

/** Returns what changed over a span: all of it, or what touched the object that is watched. */
export function useChanges({ namespace, name }: Watched, span: Span): readonly Mark[] {
  const { client, workspace } = useSession();
  const { data } = useQuery({
    queryKey: [
      'metric-changes',
      workspace,
      namespace,
      name,
      Math.round(span.from / POLL_MS),
      Math.round(span.until / POLL_MS),
    ],
    queryFn: async ({ signal }): Promise<readonly Mark[]> => {
      const asked = { since: new Date(span.from), until: new Date(span.until), namespace, name };
      const changes = await readChanges({ client, workspace }, asked, signal);
      return changes
        .filter(({ touches }) => name === undefined || touches)
        .map((change) => ({ at: Date.parse(change.at), text: describeChange(change) }));
    },
    placeholderData: keepPreviousData,
  });
  return data ?? [];
}
