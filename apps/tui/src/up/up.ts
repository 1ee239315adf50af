import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDataDir } from '@portolan/local-system/data-dir';
import { flags } from '@portolan/local-system/flags';
import { UsageError } from '@portolan/local-system/usage-error';
import { parseUpOptions, UP_HELP, type UpOptions } from './options.ts';
import type { Part } from '@portolan/local-system/part';
import { readyLine, readyText } from './report.ts';
import { writeSecret } from '@portolan/local-system/secret-file';
import { waitUntilSettled } from '@portolan/local-system/settled';
import { createSpeaker, type Speaker } from './speaker.ts';
import { startSystem, type System } from '@portolan/local-system/local-system';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const settleMs = 60_000;
const graceMs = 35_000;
const patienceMs = 2000;
const parentMs = 500;
const waiting = 'waiting for requests under way; Ctrl-C again ends them …';

/** `portolan up`: the whole system on one machine, until a signal or the terminal UI ends it. Answers the exit code. */
export async function up(argv: readonly string[]): Promise<number> {
  try {
    const options = parseUpOptions(argv, join(root, 'examples/airline'));
    if (options === 'help') {
      process.stdout.write(UP_HELP);
      return 0;
    }
    return await run({ ...options, resourcesDir: resolve(options.resourcesDir) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`portolan: ${error.message}\n`);
    return 1;
  }
}

async function run(options: UpOptions): Promise<number> {
  const startedAt = performance.now();
  const dataDir = openDataDir(options.dataDir);
  const parts: Part[] = [];
  const stop = stopSignal(parts);
  let phase: 'starting' | 'up' | 'stopping' = 'starting';
  const speaker = createSpeaker((text) => process.stderr.write(text));
  const say = (text: string) => speaker.say(`${text} …`);
  try {
    const started = startSystem(
      options,
      { root, dataDir: dataDir.path },
      {
        onPart: (part) => {
          parts.push(part);
          // Its start was under way when stopping began, and stopAll has not seen it.
          if (phase === 'stopping') part.kill();
        },
        onProgress: say,
        onChange: (text) => speaker.say(text),
      },
    );
    const system = await Promise.race([started, aborted(stop)]);
    if (!system) return 0;
    phase = 'up';
    say('connecting');
    if (!(await waitUntilSettled(system, settleMs, stop)) && !stop.aborted) {
      say(`not everything is connected yet; logs are in ${join(dataDir.path, 'logs')}`);
    }
    if (!stop.aborted) await present(system, options, { dataDir: dataDir.path, startedAt, stop, speaker });
    return 0;
  } catch (error) {
    if (stop.aborted) return 0;
    throw error;
  } finally {
    phase = 'stopping';
    await stopAll(parts, speaker);
    dataDir.release();
  }
}

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP; a second one ends every part at once. npm passes on neither SIGHUP nor
 * its own death, so that too is looked out for when npm started this.
 */
function stopSignal(parts: readonly Part[]): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) for (const part of parts) part.kill();
      stopping.abort();
    });
  }
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const npm = process.ppid;
    setInterval(() => process.ppid !== npm && stopping.abort(), parentMs).unref();
  }
  return stopping.signal;
}

async function present(
  system: System,
  options: UpOptions,
  {
    dataDir,
    startedAt,
    stop,
    speaker,
  }: { dataDir: string; startedAt: number; stop: AbortSignal; speaker: Speaker },
): Promise<void> {
  if (options.tui && process.stdin.isTTY && process.stdout.isTTY) {
    const release = speaker.hold();
    await showTerminalUi(system, dataDir, stop).finally(release);
    return speaker.say(`stopping; everything is kept in ${dataDir} for the next start …`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(options.json ? `${readyLine(system)}\n` : readyText(system, seconds));
  await aborted(stop);
}

async function showTerminalUi(system: System, dataDir: string, stop: AbortSignal): Promise<void> {
  const tokenFile = join(dataDir, 'admin-token');
  writeSecret(tokenFile, system.bootstrap.adminToken);
  const ui = spawn(
    process.execPath,
    [
      join(root, 'apps/tui/bin/portolan.js'),
      'ui',
      ...flags({
        platform: system.platform,
        'token-file': tokenFile,
        workspace: system.bootstrap.workspace,
      }),
    ],
    { stdio: 'inherit' },
  );
  stop.addEventListener('abort', () => ui.kill('SIGTERM'), { once: true });
  await once(ui, 'exit');
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/**
 * The agent first: it finishes its requests and hands in its figures through brokers that have nothing left to drain
 * then. The platform last: everything else reports to it.
 */
async function stopAll(parts: readonly Part[], speaker: Speaker): Promise<void> {
  const slow = setTimeout(() => speaker.say(waiting), patienceMs);
  const named = (names: RegExp) => parts.filter(({ name }) => names.test(name));
  for (const group of [named(/^agent$/), named(/^broker-|^airline$/), named(/^platform$/)]) {
    await Promise.all(group.map((part) => part.stop(graceMs)));
  }
  clearTimeout(slow);
}
