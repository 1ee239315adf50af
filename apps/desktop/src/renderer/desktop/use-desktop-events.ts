import { toast } from '@portolan/ui/toast';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { take } from '../actions/running.ts';
import { showShortcuts } from '../frame/shown-shortcuts.ts';
import { consolePath } from '../host/open-host.ts';
import { useHost } from '../host/host-context.tsx';
import { openPalette } from '../palette/open.ts';
import { useWriteLock } from '../preferences/write-lock.ts';
import { mayDo, useSession } from '../session/session-context.tsx';

/** Follows the menus, deep links and notifications of the desktop app, as long as the component is shown. */
export function useDesktopEvents(): void {
  const { desktop } = useHost();
  const navigate = useNavigate();
  const session = useSession();
  const { isLocked } = useWriteLock();
  useEffect(() => {
    if (desktop === null) return undefined;
    const goTo = (path: string) => {
      const url = new URL(path, 'app://portolan');
      void navigate({ href: consolePath(url, session.workspace) });
    };
    const act = async (id: string) => {
      const { allActions } = await import('@portolan/console/actions/all-actions');
      const action = allActions.find((one) => one.id === id);
      if (action === undefined) return;
      if (!mayDo(session, action.permission))
        return toast({ title: `Your role ${session.role} may not do this.`, tone: 'bad' });
      if (isLocked) return toast({ title: 'This context is read-only. Unlock writing first.', tone: 'bad' });
      if (action.takes === 'none') return take({ offer: { action, takes: 'none' }, selected: [] });
      // It is about objects: they are chosen in their list.
      goTo(`/${action.kind.name}`);
      toast({ title: `Select what to do it to, then “${action.title}”.` });
    };
    return desktop.bridge.onEvent((event) => {
      if (event.type === 'navigate') goTo(event.path);
      if (event.type !== 'command') return;
      const [verb, rest = ''] = event.id.split(/:(.*)/s);
      if (verb === 'palette') openPalette();
      else if (verb === 'shortcuts') showShortcuts();
      else if (verb === 'go') goTo(rest === 'home' ? '/' : `/${rest}`);
      else if (verb === 'action') void act(rest);
    });
  }, [desktop, navigate, session, isLocked]);
}
