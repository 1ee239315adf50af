import { Button } from '@portolan/ui/button';
import { absoluteTime } from '../data/times.ts';
import { OfflineBanner } from '../desktop/offline-banner.tsx';
import { useHost } from '../host/host-context.tsx';
import { liveState } from '../live/live-state.ts';
import { useStore } from '../preferences/store.ts';
import { isNewerThere } from './newer-version.ts';

/** What concerns the whole page: the platform cannot be reached, or it is another version than the page. */
export function Notices() {
  const { desktop } = useHost();
  const isNewer = useStore(isNewerThere);
  return (
    <>
      {desktop === null ? <LostNotice /> : <OfflineBanner />}
      {isNewer && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-3 border-b border-line bg-accent-soft px-3 py-1 text-accent"
        >
          The platform now has another version of this page. What you typed is kept when you reload it.
          <Button size="small" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </p>
      )}
    </>
  );
}

/** Since when a page in the browser has heard nothing of the platform. */
function LostNotice() {
  const live = useStore(liveState);
  if (live.state !== 'lost' || live.isSessionOver) return null;
  return (
    <p role="status" className="border-b border-warn/40 bg-warn-soft px-3 py-1 text-warn">
      {live.reason} This page is as of <time>{absoluteTime(live.since)}</time>
      {live.isRefused ? '.' : '; it goes on by itself once the platform is back.'}
    </p>
  );
}
