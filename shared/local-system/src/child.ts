import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { UsageError } from './usage-error.ts';

export interface ChildSpec {
  /** Name in messages and of the log file. */
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A part of the system in a process of its own, which ends with this one whatever happens to it. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<string>;
  /** What it says once it is ready; rejects when it ends before, with its own words where it had any. */
  ready(): Promise<unknown>;
  /** SIGTERM, then SIGKILL after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

/**
 * Starts a part, which reports `{event:'ready', …}` over IPC. The IPC channel doubles as its life line: the part
 * stops when the channel closes. `detached` keeps a terminal's Ctrl-C from reaching it, so that the order of
 * stopping is ours.
 */
export function startChild(spec: ChildSpec): Child {
  const log = createWriteStream(spec.logFile, { flags: 'a', mode: 0o600 });
  const child = fork(spec.script, [...spec.args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...spec.env, PORTOLAN_SUPERVISED: '1' },
  });
  let refusal: string | null = null;
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  // A full disk costs the log, and neither this process nor the part, which would wait for someone to read it.
  log.on('error', () => {
    child.stdout?.resume();
    child.stderr?.resume();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    refusal = refusalIn(text) ?? refusal;
  });
  const readyMessage = waitForReady(child);
  const ended = waitForEnd(child).finally(() => log.end());
  return {
    name: spec.name,
    pid: child.pid ?? 0,
    ended,
    ready: () => Promise.race([readyMessage, ended.then((how) => endedEarly(spec, how, refusal))]),
    kill: () => void child.kill('SIGKILL'),
    async stop(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function endedEarly(spec: ChildSpec, how: string, refusal: string | null): never {
  throw new UsageError(
    refusal ?? `The ${spec.name} ended before it was ready (${how}). Why is in ${spec.logFile}.`,
  );
}

async function waitForEnd(child: ChildProcess): Promise<string> {
  const [code, signal] = await once(child, 'exit');
  return typeof signal === 'string' ? signal : `exit code ${String(code)}`;
}

function waitForReady(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (
        typeof message === 'object' &&
        message !== null &&
        'event' in message &&
        message.event === 'ready'
      ) {
        resolve(message);
      }
    });
  });
}

/** The line a part ends with when its user can do something about it: `portolan-<part>: what, why, what to do`. */
function refusalIn(text: string): string | null {
  return /^portolan-\w+: (.+\.)$/m.exec(text)?.[1] ?? null;
}
