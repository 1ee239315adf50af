import { app, type Session, type WebContents } from 'electron';
import { isAppUrl } from '../../bridge/app-origin.ts';

/** Permissions that pages need; all others are denied without a question. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'notifications']);

/**
 * Locks every page of the app: it cannot leave its own origin, open windows or embed pages. `onExternalLink` receives the
 * address of a link that leaves the app.
 */
export function lockPages(onExternalLink: (url: string, contents: WebContents) => void): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-frame-navigate', (event) => {
      if (!isAppUrl(event.url) || !event.isMainFrame) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isAppUrl(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      onExternalLink(url, contents);
      return { action: 'deny' };
    });
  });
}

/** Locks a session: no permission beyond {@link GRANTED}, no device, no download, and pages load nothing from elsewhere. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, grant) =>
    grant(GRANTED.has(permission) && isAppUrl(contents.getURL())),
  );
  session.setPermissionCheckHandler(
    (_, permission, origin) => GRANTED.has(permission) && isAppUrl(origin.replace(/\/?$/, '/')),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url, webContentsId }, decide) => {
    // Requests of the main process itself have no page.
    const isPage = webContentsId !== undefined && webContentsId > 0;
    decide({ cancel: isPage && !isAppUrl(url) && !isDeveloperTools(url) });
  });
}

function isDeveloperTools(url: string): boolean {
  return !app.isPackaged && url.startsWith('devtools://');
}
