import { join } from 'node:path';
import { setFuses, wrongFuses } from './fuses.ts';

interface PackContext {
  readonly appOutDir: string;
  readonly electronPlatformName: string;
  readonly packager: {
    readonly appInfo: { readonly productFilename: string };
    readonly executableName?: string;
  };
}

/** Sets and reads back the fuses of the binary; electron-builder calls it before it signs. */
export async function afterPack({ appOutDir, electronPlatformName, packager }: PackContext): Promise<void> {
  const { productFilename } = packager.appInfo;
  const name = {
    darwin: `${productFilename}.app`,
    win32: `${productFilename}.exe`,
    linux: packager.executableName ?? productFilename,
  }[electronPlatformName];
  if (name === undefined) throw new Error(`there are no packages for ${electronPlatformName}`);
  const binary = join(appOutDir, name);
  await setFuses(binary);
  const wrong = await wrongFuses(binary);
  if (wrong.length > 0) throw new Error(`fuses of ${binary} are not as they should be: ${wrong.join(', ')}`);
}
