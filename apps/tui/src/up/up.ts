import { createClient } from '@portolan/contract/client';
import { listPortals, type Portal } from '@portolan/contract/portals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createLocalSystem, logsDir, type LocalSystem } from '@portolan/local-system/local-system';
import type { SystemDetails } from '@portolan/local-system/parts';
import { writeFileAtomic } from '@portolan/process/atomic-file';
import { aborted } from '@portolan/process/run';
import { HelpRequested, StartupError } from '@portolan/process/startup-error';
import { parseUpOptions, servedBy, type UpOptions } from './options.ts';
import { readyLine, readyText } from './ready-text.ts';
import { createStatusLine, type StatusLine } from './status-line.ts';

/** Stopping is explained when it takes longer. */
const STOP_NOTICE_MS = 2000;
const PARENT_CHECK_MS = 500;

/** `portolan up`: runs the whole system of the installation at `root` until a signal or the terminal UI ends it. Returns the exit code. */
export async function up(argv: readonly string[], root: string): Promise<number> {
  try {
    await run(parseUpOptions(argv), root);
    return 0;
  } catch (error) {
    if (error instanceof HelpRequested) {
      process.stdout.write(`${error.message}\n`);
      return 0;
    }
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`portolan: ${error.message} ${error.fix}\n`);
    return error.exitCode;
  }
}

async function run(options: UpOptions, root: string): Promise<void> {
  const startedAt = performance.now();
  const status = createStatusLine((text) => process.stderr.write(text));
  const progress = (text: string) => status.write(`${text} …`);
  const system = createLocalSystem({
    root,
    served: servedBy(options, root),
    dataDir: options.dataDir,
    port: options.port,
    restarts: !options.noRestart,
    onProgress: progress,
    onChange: status.write,
  });
  const stop = stopSignal(system);
  try {
    const details = await Promise.race([system.start(), aborted(stop)]);
    if (!details) return;
    progress('connecting');
    if (!(await system.settled(details, stop)) && !stop.aborted)
      progress(`not everything is connected yet; logs are in ${logsDir(system)}`);
    if (!stop.aborted) await present(system, details, { root, options, startedAt, stop, status });
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    const slow = setTimeout(
      () => status.write('waiting for requests under way; Ctrl-C again ends them …'),
      STOP_NOTICE_MS,
    );
    await system.stop();
    clearTimeout(slow);
  }
}

/**
 * Returns a signal that aborts on the first SIGINT, SIGTERM or SIGHUP; the second one kills every part. npm passes on
 * neither SIGHUP nor its own death, so its end is watched for as well when npm started this.
 */
function stopSignal(system: LocalSystem): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) system.kill();
      stopping.abort();
    });
  }
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const npm = process.ppid;
    setInterval(() => process.ppid !== npm && stopping.abort(), PARENT_CHECK_MS).unref();
  }
  return stopping.signal;
}

interface Presentation {
  readonly root: string;
  readonly options: UpOptions;
  readonly startedAt: number;
  readonly stop: AbortSignal;
  readonly status: StatusLine;
}

/** Shows the terminal UI until it is left, or prints where everything is and waits for the signal. */
async function present(
  { dataDir }: LocalSystem,
  details: SystemDetails,
  { root, options, startedAt, stop, status }: Presentation,
): Promise<void> {
  if (!options.noTui && !options.json && process.stdin.isTTY && process.stdout.isTTY) {
    const release = status.hold();
    await showTerminalUi(details, { root, dataDir }, stop).finally(release);
    return status.write(`stopping; everything is kept in ${dataDir} for the next start …`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const portals = await portalsOf(details, stop);
  process.stdout.write(
    options.json ? `${readyLine(details, portals)}\n` : readyText(details, portals, seconds),
  );
  await aborted(stop);
}

/** Returns the portals that are served; none where the platform cannot say. */
async function portalsOf(
  { platform, bootstrap }: SystemDetails,
  stop: AbortSignal,
): Promise<readonly Portal[]> {
  const client = createClient({ baseUrl: platform, token: bootstrap.adminToken, origin: 'cli' });
  const params = { workspace: bootstrap.workspace };
  const { items } = await client.call(listPortals, { params }, stop).catch(() => ({ items: [] }));
  return items;
}

async function showTerminalUi(
  { platform, bootstrap }: SystemDetails,
  { root, dataDir }: { readonly root: string; readonly dataDir: string },
  stop: AbortSignal,
): Promise<void> {
  const tokenFile = join(dataDir, 'admin-token');
  await writeFileAtomic(tokenFile, bootstrap.adminToken);
  const program = join(root, 'apps/tui/bin/portolan.js');
  const flags = ['--platform', platform, '--token-file', tokenFile, '--workspace', bootstrap.workspace];
  const ui = spawn(process.execPath, [program, 'ui', ...flags], { stdio: 'inherit' });
  stop.addEventListener('abort', () => ui.kill('SIGTERM'), { once: true });
  await once(ui, 'exit');
}
