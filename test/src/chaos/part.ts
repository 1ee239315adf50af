import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readyMessage = z.looseObject({ event: z.literal('ready') });

/** One process of the system under test. */
export interface Part {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: unknown;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a program of the repository and waits until it says that it is ready. */
export async function startPart(script: string, args: readonly string[], logFile: string): Promise<Part> {
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = fork(script, [...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const exit = once(child, 'exit');
  const ready = await Promise.race([
    readyOf(child),
    exit.then(([code]) =>
      Promise.reject(new Error(`${script} ended (${String(code)}) before it was ready; see ${logFile}`)),
    ),
  ]);
  return {
    pid: child.pid ?? 0,
    ready,
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exit;
      log.end();
    },
  };
}

function readyOf(child: ChildProcess): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  child.on('message', (message) => {
    const parsed = readyMessage.safeParse(message);
    if (parsed.success) resolve(parsed.data);
  });
  return promise;
}
