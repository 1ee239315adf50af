import type { Topic } from '@portolan/contract/events';
import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { compareVersion } from '../frame/newer-version.ts';
import { useHost } from '../host/host-context.tsx';
import { useSession } from '../session/session-context.tsx';
import { isLivePaused, liveState } from './live-state.ts';
import { followSharedUpdates } from './shared-updates.ts';

/** Several changes within this time are read once. */
const COALESCE_MS = 150;
/** Logs and figures of a busy workspace change all the time. */
const BUSY_COALESCE_MS = 1_000;
/** Counts on start pages: fifty people who look at them cost the platform no more than a few. */
const RELAXED_MS = 4_000;
const BUSY: ReadonlySet<Topic> = new Set(['logs', 'metrics', 'tunnels']);

/** Follows the workspace's server-sent events and reads again what they outdate, as long as the component is shown. */
export function useLiveUpdates(): void {
  const session = useSession();
  const queries = useQueryClient();
  const host = useHost();
  useEffect(() => {
    const stop = new AbortController();
    const updates = [collectUpdates(queries, false), collectUpdates(queries, true)];
    const unpause = isLivePaused.subscribe(() => !isLivePaused.get() && void queries.invalidateQueries());
    const listener = {
      change: ({ topic }: { readonly topic: Topic }) => updates.forEach(({ add }) => add(topic)),
      state: liveState.set,
      resumed() {
        void queries.invalidateQueries();
        if (host.kind === 'web') void compareVersion();
      },
    };
    void followSharedUpdates(session, listener, stop.signal);
    return () => {
      stop.abort();
      updates.forEach(({ close }) => close());
      unpause();
      liveState.set({ state: 'connecting' });
    };
  }, [session, queries, host]);
}

interface Updates {
  readonly add: (topic: Topic) => void;
  readonly close: () => void;
}

/** Returns a collector that reads what is about the reported topics again, relaxed or not, at most once per interval. */
function collectUpdates(queries: QueryClient, isRelaxed: boolean): Updates {
  const pending = new Set<Topic>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const topics = new Set(pending);
    pending.clear();
    if (isLivePaused.get()) return;
    const isDue = (query: Query) => (query.meta?.isRelaxed === true) === isRelaxed && isAbout(query, topics);
    void queries.invalidateQueries({ predicate: isDue });
  };
  return {
    add(topic) {
      pending.add(topic);
      const promptMs = BUSY.has(topic) ? BUSY_COALESCE_MS : COALESCE_MS;
      timer ??= setTimeout(flush, isRelaxed ? RELAXED_MS : promptMs);
    },
    close: () => clearTimeout(timer),
  };
}

function isAbout({ meta }: Query, topics: ReadonlySet<Topic>): boolean {
  return meta?.topics?.some((topic) => topics.has(topic)) ?? false;
}
