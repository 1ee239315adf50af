import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const app = join(import.meta.dirname, '../..');

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  // The Node that Electron 45 is built with.
  target: 'node24',
  logLevel: 'warning',
  legalComments: 'none',
  sourcemap: 'linked',
};

/** Builds the main process and the preload script into `dist`, beside the pages that Vite builds. */
export async function buildDesktop(outdir = join(app, 'dist')): Promise<void> {
  await Promise.all([
    build({
      ...common,
      entryPoints: [join(app, 'src/main/main.ts')],
      outfile: join(outdir, 'main/main.mjs'),
      format: 'esm',
      // Electron provides its own module; the keychain is a native one.
      external: ['electron', '@napi-rs/keyring', '@napi-rs/keyring/*'],
      banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    }),
    build({
      ...common,
      entryPoints: [join(app, 'src/preload/preload.ts')],
      outfile: join(outdir, 'preload/preload.cjs'),
      // A script in the sandbox can require Electron and nothing else, and is no module.
      format: 'cjs',
      external: ['electron'],
    }),
  ]);
  await mkdir(join(outdir, 'icons'), { recursive: true });
  for (const name of ['tray.png', 'icon.png'])
    await cp(join(app, 'packaging/icons', name), join(outdir, 'icons', name));
}

if (import.meta.main) await buildDesktop();
