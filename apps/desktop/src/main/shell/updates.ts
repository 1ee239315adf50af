import type { AppUpdater } from 'electron-updater';
import type { Settings } from '../settings.ts';

/**
 * Looks for a new version, downloads it and installs it when the app is quit; does nothing while updates are off, which they
 * are by default. Signatures are checked by electron-updater; a version never goes back.
 */
export async function checkForUpdates(
  { enabled, channel }: Settings['updates'],
  { isPackaged, load }: { readonly isPackaged: boolean; readonly load: () => Promise<AppUpdater> },
): Promise<void> {
  if (!enabled || !isPackaged) return;
  const updater = await load();
  updater.channel = channel === 'stable' ? 'latest' : channel;
  updater.allowDowngrade = false;
  updater.allowPrerelease = channel === 'beta';
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = true;
  await updater.checkForUpdates();
}

/** Loads electron-updater, which is of no use before. */
export async function loadUpdater(): Promise<AppUpdater> {
  const { default: module } = await import('electron-updater');
  return module.autoUpdater;
}
