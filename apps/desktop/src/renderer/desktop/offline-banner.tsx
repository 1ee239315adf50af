import { formatAge } from '@portolan/console/kinds/format';
import { absoluteTime, useNow } from '../data/times.ts';
import type { DesktopHost } from '../host/desktop-host.ts';
import { useHost } from '../host/host-context.tsx';
import { useStore } from '../preferences/store.ts';

/** Says from when the data on the page is while the platform cannot be reached. */
export function OfflineBanner() {
  const { desktop } = useHost();
  return desktop === null ? null : <Banner desktop={desktop} />;
}

function Banner({ desktop: { storedAt, context } }: { readonly desktop: DesktopHost }) {
  const stored = useStore(storedAt);
  const now = useNow();
  if (stored === null) return null;
  return (
    <p role="status" className="border-b border-warn/40 bg-warn-soft px-3 py-1 text-warn">
      {new URL(context.platform).host} cannot be reached. This is the last data, stored{' '}
      <time dateTime={stored} title={absoluteTime(stored)}>
        {formatAge(stored, now)} ago
      </time>
      ; nothing can be changed.
    </p>
  );
}
