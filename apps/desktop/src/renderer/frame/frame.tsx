import { Outlet, useNavigate } from '@tanstack/react-router';
import { explain } from '@portolan/console/failure';
import { lazily } from '@portolan/ui/lazily';
import { toast } from '@portolan/ui/toast';
import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { ErrorBoundary } from '../data/error-boundary.tsx';
import { journal, proposeUndo, running } from '../actions/running.ts';
import { useLiveUpdates } from '../live/use-live-updates.ts';
import { isPaletteOpen, openPalette } from '../palette/open.ts';
import { preferences, setPreferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { useWriteLock } from '../preferences/write-lock.ts';
import { useSession } from '../session/session-context.tsx';
import { allPlaces } from './places.ts';
import { areShortcutsShown, showShortcuts } from './shown-shortcuts.ts';
import { useShortcutKeys, useShortcuts, type Shortcut } from './shortcuts.ts';
import { useDesktopEvents } from '../desktop/use-desktop-events.ts';
import { Notices } from './notices.tsx';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';
import { SecretsDialog } from '../actions/secrets-dialog.tsx';
import { isNewerThere } from './newer-version.ts';
import { PageDialog } from './page-dialog.tsx';

const Palette = lazily(() => import('../palette/palette.tsx').then(({ Palette: view }) => view));
const ActionDialog = lazily(() =>
  import('../actions/action-dialog.tsx').then(({ ActionDialog: view }) => view),
);

const ShortcutHelp = lazily(() => import('./shortcut-help.tsx').then(({ ShortcutHelp: view }) => view));

const NARROW = '(max-width: 47.99rem)';

/** What surrounds every page of a workspace. */
export function Frame() {
  const { isSidebarOpen } = useStore(preferences);
  const [isCovering, setCovering] = useState(false);
  const isNarrow = useMedia(NARROW);
  const { isProduction } = useWriteLock();
  const { workspace } = useSession();
  const isPalette = useStore(isPaletteOpen);
  const isActing = useStore(running) !== null;
  const areKeysShown = useStore(areShortcutsShown);
  useLiveUpdates();
  useShortcutKeys();
  useFrameKeys();
  usePaletteKey();
  useDesktopEvents();
  const isOpen = isNarrow ? isCovering : isSidebarOpen;
  return (
    <div
      className={`flex h-dvh flex-col ${isProduction ? 'border-t-4 border-production' : ''}`}
      data-production={isProduction}
    >
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      {isProduction && (
        <p className="bg-production px-3 py-0.5 text-sm font-semibold text-production-ink">
          Production: {workspace}
        </p>
      )}
      <TopBar
        isSidebarOpen={isOpen}
        onSidebar={() =>
          isNarrow ? setCovering(!isCovering) : setPreferences({ isSidebarOpen: !isSidebarOpen })
        }
      />
      <Notices />
      <div className="flex min-h-0 flex-1">
        <Sidebar isOpen={isOpen} onChoose={() => setCovering(false)} />
        <main id="page" tabIndex={-1} className="min-h-0 min-w-0 flex-1 overflow-y-auto outline-none">
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {isPalette && (
        <Part onError={() => isPaletteOpen.set(false)}>
          <Palette />
        </Part>
      )}
      {isActing && (
        <Part onError={() => running.set(null)}>
          <ActionDialog />
        </Part>
      )}
      <SecretsDialog />
      <PageDialog />
      {areKeysShown && (
        <Part onError={() => areShortcutsShown.set(false)}>
          <ShortcutHelp />
        </Part>
      )}
    </div>
  );
}

/** A part of the page that is loaded when it is needed; one that cannot be loaded or drawn is closed, and says why. */
function Part({ children, onError }: { readonly children: ReactNode; readonly onError: () => void }) {
  return (
    <ErrorBoundary
      onError={(error) => {
        onError();
        if (!isNewerThere.get()) toast({ title: explain(error).message, tone: 'bad' });
      }}
    >
      <Suspense fallback={null}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function useFrameKeys(): void {
  const navigate = useNavigate();
  const { workspace } = useSession();
  const goTo = (path: string) => () =>
    void (path === ''
      ? navigate({ to: '/w/$workspace', params: { workspace } })
      : navigate({ to: '/w/$workspace/$kind', params: { workspace, kind: path }, search: {} }));
  useShortcuts('Everywhere', [
    { keys: ['?'], title: 'Keyboard shortcuts', run: showShortcuts },
    { keys: [':'], title: 'Search and commands', run: openPalette },
    {
      keys: ['u'],
      title: 'Undo the last change made here',
      run() {
        const last = journal.get().find(({ undo }) => undo !== undefined);
        if (last !== undefined) proposeUndo(last);
      },
    },
    {
      keys: ['['],
      title: 'Show or hide the sidebar',
      run: () => setPreferences({ isSidebarOpen: !preferences.get().isSidebarOpen }),
    },
    { keys: ['g h'], title: 'Go to the start page', run: goTo('') },
    ...allPlaces.map(({ path, title, keys }): Shortcut => ({
      keys,
      title: `Go to ${title}`,
      run: goTo(path),
    })),
  ]);
}

/** Ctrl-K and ⌘K work in fields too. */
function usePaletteKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      isPaletteOpen.set(!isPaletteOpen.get());
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function useMedia(query: string): boolean {
  const [isMatching, setMatching] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const follow = () => setMatching(list.matches);
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return isMatching;
}
