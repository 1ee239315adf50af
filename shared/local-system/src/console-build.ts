import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns the directory of the built web console. */
export function consoleDir(root: string): string {
  return join(root, 'apps/desktop/dist/renderer');
}

interface ConsoleBuild {
  /** Root of the repository or installation. */
  readonly root: string;
  readonly logFile: string;
  /** Called before a build begins, which takes a few seconds. */
  readonly onBuild: () => void;
}

/**
 * Builds the web console when it is missing or its sources are newer. Returns false when it could not be built; the log has the
 * reason, and a console that was there before stays.
 */
export async function buildConsole({ root, logFile, onBuild }: ConsoleBuild): Promise<boolean> {
  const target = consoleDir(root);
  const app = join(root, 'apps/desktop');
  // An installation has no sources: what it came with is right.
  if (!existsSync(join(app, 'vite.config.ts'))) return existsSync(target);
  const builtAt = newestIn(join(target, 'index.html'));
  if (builtAt > 0 && sourcesOf(root).every((path) => newestIn(path) < builtAt)) return true;
  onBuild();
  const fresh = `${target}-${process.pid}`;
  const isBuilt = await runVite({ root, app, outDir: fresh, logFile });
  if (isBuilt) {
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } else {
    rmSync(fresh, { recursive: true, force: true });
  }
  return isBuilt;
}

async function runVite(build: {
  readonly root: string;
  readonly app: string;
  readonly outDir: string;
  readonly logFile: string;
}): Promise<boolean> {
  mkdirSync(dirname(build.logFile), { recursive: true });
  const log = createWriteStream(build.logFile);
  const vite = join(build.root, 'node_modules/vite/bin/vite.js');
  const flags = ['build', '--logLevel', 'warn', '--outDir', build.outDir];
  const child = spawn(process.execPath, [vite, ...flags], {
    cwd: build.app,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const [code] = await once(child, 'exit').catch(() => [1]);
  log.end();
  return code === 0;
}

function sourcesOf(root: string): readonly string[] {
  const shared = ['console', 'contract', 'resources', 'ui'].map((name) => join(root, 'shared', name, 'src'));
  const app = ['src/renderer', 'vite.config.ts'].map((path) => join(root, 'apps/desktop', path));
  return [...app, ...shared, join(root, 'package-lock.json')];
}

/** Returns when the newest file below a path was changed, in milliseconds since 1970; 0 when there is none. */
function newestIn(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  let newest = status.mtimeMs;
  for (const name of readdirSync(path)) newest = Math.max(newest, newestIn(join(path, name)));
  return newest;
}
