import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { StartupError } from '@portolan/process/startup-error';

/**
 * Bound of the young generation of V8's heap: 4 MB for each half instead of 16. The agent has 14 MB less under load and the platform 20,
 * at no measurable cost of time (docs/measurements.md). Images start Node with the same flag.
 */
const YOUNG_GENERATION = '--max-semi-space-size=4';

export interface ChildSpec {
  /** Name in messages and of the log file. */
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Node that runs it; default: the one that runs this program. */
  readonly node?: string | undefined;
}

/** A part of the system in a process of its own, which ends with this one whatever happens to it. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<string>;
  /** Resolves with what it reports once it is ready; rejects when it ends before, with its own message if it has one. */
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
  // The file itself, not a pipe: while this process is stopped (ctrl-z) nobody would read, and the part would block.
  const log = openSync(spec.logFile, 'a', 0o600);
  const from = fstatSync(log).size;
  const child = fork(spec.script, [...spec.args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    execPath: spec.node ?? process.execPath,
    execArgv: [YOUNG_GENERATION, ...process.execArgv],
    env: { ...process.env, ...spec.env, PORTOLAN_SUPERVISED: '1' },
  });
  closeSync(log);
  const readyMessage = waitForReady(child);
  const ended = waitForEnd(child);
  return {
    name: spec.name,
    pid: child.pid ?? 0,
    ended,
    ready: () => Promise.race([readyMessage, ended.then((how) => endedEarly(spec, how, from))]),
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

function endedEarly(spec: ChildSpec, how: string, from: number): never {
  const written = readFileSync(spec.logFile).subarray(from).toString();
  const own = startupErrorIn(written);
  throw own === null
    ? new StartupError(`The ${spec.name} ended before it was ready (${how})`, `See ${spec.logFile}.`)
    : new StartupError(own.message, own.fix);
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

/** Returns the last line that a part prints for its user when it cannot start: `portolan-<part>: what and why. What to do.` */
function startupErrorIn(text: string): { readonly message: string; readonly fix: string } | null {
  const line = [...text.matchAll(/^portolan-\w+: (.+\.)$/gm)].at(-1)?.[1];
  if (line === undefined) return null;
  const [message = line, ...rest] = line.split(/(?<=\.) (?=[A-Z])/);
  return { message, fix: rest.join(' ') };
}
