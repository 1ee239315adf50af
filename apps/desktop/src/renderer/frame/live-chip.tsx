import { formatAge } from '@portolan/console/kinds/format';
import { Button } from '@portolan/ui/button';
import { useNow } from '../data/times.ts';
import { isLivePaused, liveState } from '../live/live-state.ts';
import { useStore } from '../preferences/store.ts';

/** Returns whether the page shows what is true now; a click pauses it. */
export function LiveChip() {
  const live = useStore(liveState);
  const isPaused = useStore(isLivePaused);
  const now = useNow();
  const text = isPaused
    ? 'Paused'
    : live.state === 'live'
      ? 'Live'
      : live.state === 'connecting'
        ? 'Connecting'
        : `Stale, ${formatAge(new Date(live.since).toISOString(), now)}`;
  const dot = isPaused
    ? 'bg-warn'
    : live.state === 'live'
      ? 'bg-ok'
      : live.state === 'lost'
        ? 'bg-bad'
        : 'bg-faint';
  const why = live.state === 'lost' ? `${live.reason} Trying again.` : 'Changes appear by themselves.';
  return (
    <Button
      variant="quiet"
      size="small"
      aria-label={`Live updates: ${text}`}
      aria-pressed={isPaused}
      title={isPaused ? 'Show changes again' : `${why} Click to pause.`}
      onClick={() => isLivePaused.set(!isPaused)}
    >
      <span aria-hidden className={`size-2 rounded-full ${dot}`} />
      <span role="status" className="max-sm:sr-only">
        {text}
      </span>
    </Button>
  );
}
