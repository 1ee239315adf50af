import type { DesktopDriver } from './desktop-driver.ts';

/** Opens the app: in the Electron that ELECTRON_OVERRIDE_DIST_PATH names, else with its pages in Chromium. Takes the app's folder. */
export async function openDriver(app: string): Promise<DesktopDriver> {
  const electron = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (electron !== undefined) {
    const { openElectron } = await import('./electron-driver.ts');
    return openElectron(app, electron);
  }
  const { openChromium } = await import('./chromium-driver.ts');
  return openChromium(app);
}
