import { useHost } from '../host/host-context.tsx';
import { useSession } from '../session/session-context.tsx';
import { preferences } from './preferences.ts';
import { createStore, useStore } from './store.ts';

const UNLOCKED_MS = 15 * 60_000;

/** Until when writing to production is unlocked, in milliseconds since 1970. */
const unlockedUntil = createStore(0);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Unlocks writing to production for a quarter of an hour. */
export function unlockWriting(): void {
  clearTimeout(timer);
  unlockedUntil.set(Date.now() + UNLOCKED_MS);
  timer = setTimeout(lockWriting, UNLOCKED_MS);
}

export function lockWriting(): void {
  clearTimeout(timer);
  unlockedUntil.set(0);
}

/** Returns whether the workspace is marked as production, and whether writing to it is locked. */
export function useWriteLock(): { readonly isProduction: boolean; readonly isLocked: boolean } {
  const host = useHost();
  const { workspace } = useSession();
  const { production } = useStore(preferences);
  const until = useStore(unlockedUntil);
  const isProduction = host.isProduction ?? production.includes(workspace);
  return { isProduction, isLocked: isProduction && until === 0 };
}
