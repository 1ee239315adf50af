import type { DesktopBridge } from '../../bridge/verbs.ts';
import type { Host } from './host.ts';
import { createWebHost } from './web-host.ts';

/** A window of the desktop app that belongs to no context. */
interface StartHost {
  readonly kind: 'start';
  readonly bridge: DesktopBridge;
}

/** Returns what the page runs in: a browser tab, or a window of the desktop app. */
export async function openHost(): Promise<Host | StartHost> {
  const bridge = findBridge();
  if (bridge === null) return createWebHost();
  // A browser tab never loads the app's side.
  const { createElectronHost, describeWindow } = await import('./electron-host.ts');
  const { context } = await describeWindow(bridge);
  if (context === null) return { kind: 'start', bridge };
  window.history.replaceState(null, '', consolePath(window.location, context.workspace));
  return createElectronHost(bridge, context);
}

/** Returns the address of a page of the console for the path of a link, which may leave the workspace out. */
export function consolePath(
  { pathname, search }: { readonly pathname: string; readonly search: string },
  workspace: string | null,
): string {
  if (/^\/(?:$|w\/|sign-in\b)/.test(pathname)) return pathname + search;
  return workspace === null ? '/' : `/w/${encodeURIComponent(workspace)}${pathname}${search}`;
}

/** Returns what the preload script put into the page; null in a browser tab. */
function findBridge(): DesktopBridge | null {
  return 'portolan' in window ? (window.portolan as DesktopBridge) : null;
}
