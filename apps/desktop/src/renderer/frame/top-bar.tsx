import { Button } from '@portolan/ui/button';
import { Kbd } from '@portolan/ui/kbd';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '@portolan/ui/menu';
import { toast } from '@portolan/ui/toast';
import { explain } from '@portolan/console/failure';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { ChevronsUpDown, CircleUser, Lock, LockOpen, PanelLeft, Search } from 'lucide-react';
import { useHost } from '../host/host-context.tsx';
import { openPalette } from '../palette/open.ts';
import { preferences, setPreferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { lockWriting, unlockWriting, useWriteLock } from '../preferences/write-lock.ts';
import { useSession } from '../session/session-context.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import { LiveChip } from './live-chip.tsx';
import { showShortcuts } from './shown-shortcuts.ts';

const ContextSwitcher = lazy(() =>
  import('../desktop/context-switcher.tsx').then(({ ContextSwitcher: view }) => ({ default: view })),
);

/** Where one is, what is live, and who one is. */
export function TopBar({
  isSidebarOpen,
  onSidebar,
}: {
  readonly isSidebarOpen: boolean;
  readonly onSidebar: () => void;
}) {
  const { desktop } = useHost();
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-panel px-3">
      <Button
        variant="quiet"
        size="icon"
        aria-label="Sidebar"
        aria-expanded={isSidebarOpen}
        aria-controls="sidebar"
        onClick={onSidebar}
      >
        <PanelLeft size={16} aria-hidden />
      </Button>
      {desktop !== null && (
        <Suspense fallback={null}>
          <ContextSwitcher desktop={desktop} />
        </Suspense>
      )}
      <WorkspaceSwitcher />
      <Breadcrumb />
      <div className="ml-auto flex items-center gap-1.5">
        <Button size="small" onClick={openPalette} className="text-muted">
          <Search size={14} aria-hidden />
          <span className="max-lg:sr-only">Search and commands</span>
          <span className="max-md:hidden" aria-hidden>
            <Kbd>{isMac() ? '⌘K' : 'Ctrl K'}</Kbd>
          </span>
        </Button>
        <WriteLockButton />
        <LiveChip />
        <UserMenu />
      </div>
    </header>
  );
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

function WorkspaceSwitcher() {
  const { account, workspace } = useSession();
  const current = account.workspaces.find((one) => one.workspace === workspace);
  return (
    <Menu
      trigger={
        <Button
          variant="quiet"
          size="small"
          className="max-w-48 font-semibold text-text"
          title="Switch the workspace"
        >
          <span className="truncate">{current?.name ?? workspace}</span>
          <ChevronsUpDown size={13} aria-hidden className="text-muted" />
        </Button>
      }
    >
      <MenuGroup label="Workspaces">
        {account.workspaces.map((one) => (
          <MenuItem
            key={one.workspace}
            hint={`${one.workspace}, ${one.role}`}
            onSelect={() => window.location.assign(`/w/${encodeURIComponent(one.workspace)}`)}
          >
            {one.name}
          </MenuItem>
        ))}
      </MenuGroup>
    </Menu>
  );
}

function WriteLockButton() {
  const { isProduction, isLocked } = useWriteLock();
  if (!isProduction) return null;
  return (
    <Button
      size="small"
      variant={isLocked ? 'secondary' : 'danger'}
      onClick={isLocked ? unlockWriting : lockWriting}
      title={isLocked ? 'Unlock writing for 15 minutes' : 'Lock writing again'}
    >
      {isLocked ? <Lock size={14} aria-hidden /> : <LockOpen size={14} aria-hidden />}
      {isLocked ? 'Read-only' : 'Writing'}
    </Button>
  );
}

const THEMES = [
  ['auto', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

function UserMenu() {
  const { account, role } = useSession();
  const host = useHost();
  const navigate = useNavigate();
  const { theme, contrast, times } = useStore(preferences);
  const leave = async () => {
    try {
      await host.signOut();
      window.location.assign('/sign-in');
    } catch (error) {
      toast({ title: explain(error).message, tone: 'bad' });
    }
  };
  const { workspace } = useSession();
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="quiet" size="icon" aria-label={`Account ${account.email}`}>
          <CircleUser size={17} aria-hidden />
        </Button>
      }
    >
      <MenuGroup label={`${account.email}, ${role}`}>
        <MenuItem
          onSelect={() =>
            void navigate({ to: '/w/$workspace/$kind', params: { workspace, kind: 'sessions' }, search: {} })
          }
        >
          Sessions and tokens
        </MenuItem>
      </MenuGroup>
      <MenuGroup label="Colours">
        {THEMES.map(([value, label]) => (
          <MenuItem key={value} onSelect={() => setPreferences({ theme: value })}>
            {theme === value ? `${label} ✓` : label}
          </MenuItem>
        ))}
        <MenuItem onSelect={() => setPreferences({ contrast: contrast === 'more' ? 'auto' : 'more' })}>
          {contrast === 'more' ? 'High contrast ✓' : 'High contrast'}
        </MenuItem>
      </MenuGroup>
      <MenuGroup label="Times">
        <MenuItem onSelect={() => setPreferences({ times: times === 'utc' ? 'local' : 'utc' })}>
          {times === 'utc' ? 'In UTC ✓' : 'In UTC'}
        </MenuItem>
      </MenuGroup>
      <MenuSeparator />
      <MenuItem onSelect={showShortcuts} keys="?">
        Keyboard shortcuts
      </MenuItem>
      <MenuItem onSelect={() => void leave()}>Sign out</MenuItem>
    </Menu>
  );
}
