import { autoUpdater } from 'electron';
import type { Settings } from '../settings.ts';

export interface UpdateOptions {
  readonly isPackaged: boolean;
  readonly system: NodeJS.Platform;
  /** Folder of the release server with a feed for each channel and system; null where the package names none. */
  readonly server: string | null;
  readonly onError: (error: unknown) => void;
}

/**
 * Looks for a new version, downloads it and installs it when the app is quit. Does nothing while updates are off, which they are
 * by default, or where the system's packages do that (Linux). The system checks the signature of what was downloaded.
 */
export function startUpdates({ enabled, channel }: Settings['updates'], options: UpdateOptions): void {
  const { isPackaged, system, server, onError } = options;
  if (!enabled || !isPackaged || server === null || !['darwin', 'win32'].includes(system)) return;
  // What was downloaded could be read and replaced on its way.
  if (!server.startsWith('https://')) return onError(new Error('updates need a server with https'));
  autoUpdater.on('error', onError);
  autoUpdater.setFeedURL({ url: `${server.replace(/\/$/, '')}/${channel}/${system}` });
  autoUpdater.checkForUpdates();
}
