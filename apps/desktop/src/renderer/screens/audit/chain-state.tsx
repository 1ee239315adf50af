import { verifyAudit } from '@portolan/contract/audit';
import { Button } from '@portolan/ui/button';
import { useQuery } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { clockTime, absoluteTime } from '../../data/times.ts';
import { shown } from '../../data/headings.ts';
import { useSession } from '../../session/session-context.tsx';

/** Verifying reads the whole audit: what was found is kept so long after the page was left. */
const KEPT_MS = 10 * 60_000;

/** Returns whether every event is as it was recorded: each carries the hash of the one before it. */
export function ChainState() {
  const { client, workspace } = useSession();
  const { data, error, isFetching, dataUpdatedAt, refetch } = useQuery({
    queryKey: ['audit chain', workspace],
    queryFn: ({ signal }) => client.call(verifyAudit, { params: { workspace } }, signal),
    // Neither an event nor a connection that is back verifies anew, only the button.
    staleTime: 'static',
    gcTime: KEPT_MS,
  });
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  return (
    <p role="status" className="flex min-h-8 items-center gap-2">
      {data === undefined ? (
        <span className="text-muted">Verifying the audit …</span>
      ) : data.intact ? (
        <>
          <ShieldCheck size={16} aria-hidden className="shrink-0 text-ok" />
          <span>
            {data.events === 1 ? 'The one event is' : `All ${data.events.toLocaleString()} events are`} as
            recorded
            <span className="text-muted" title={absoluteTime(dataUpdatedAt)}>
              , verified at {clockTime(dataUpdatedAt)}
            </span>
          </span>
        </>
      ) : (
        <>
          <ShieldAlert size={16} aria-hidden className="shrink-0 text-bad" />
          <span className="font-medium text-bad">
            The chain is broken at event {data.broken?.sequence ?? '?'}: {shown(data.broken?.reason ?? '')}
          </span>
        </>
      )}
      <Button size="small" variant="quiet" disabled={isFetching} onClick={() => void refetch()}>
        {isFetching ? 'Verifying …' : 'Verify again'}
      </Button>
    </p>
  );
}
