import type { BrowserWindowConstructorOptions } from 'electron';

/** Smallest window in which every screen can be used. */
const SIZE_MIN = { minWidth: 400, minHeight: 480 };

/**
 * Returns the options every window of the app has: its page runs in the sandbox, apart from the preload script, in the session
 * partition of its context.
 */
export function windowOptions(preload: string, partition: string, isPackaged: boolean) {
  return {
    ...SIZE_MIN,
    show: false,
    autoHideMenuBar: false,
    webPreferences: {
      preload,
      partition,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !isPackaged,
    },
  } satisfies BrowserWindowConstructorOptions;
}
