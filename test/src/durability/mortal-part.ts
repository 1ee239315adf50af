import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readyMessage = z.looseObject({ event: z.literal('ready') });

export interface PartSpec {
  readonly script: string;
  readonly args: Readonly<Record<string, string>>;
  /** First word of the arguments: which role of a program. */
  readonly role?: string;
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that are loaded before the program. */
  readonly preload?: readonly string[];
}

/** A program of the repository that may be killed and started again. */
export class MortalPart {
  readonly #spec: PartSpec;
  #child: ChildProcess | null = null;

  constructor(spec: PartSpec) {
    this.#spec = spec;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it; answers what it says when it is ready. `more` overrides its arguments, and its environment. */
  async start(more: Pick<Partial<PartSpec>, 'args' | 'env'> = {}): Promise<unknown> {
    const { script, args, role, logFile, env, preload = [] } = this.#spec;
    const log = createWriteStream(logFile, { flags: 'a' });
    const flags = Object.entries({ ...args, ...more.args }).flatMap(([name, value]) => [`--${name}`, value]);
    const child = fork(script, [...(role === undefined ? [] : [role]), ...flags], {
      cwd: root,
      execArgv: preload.flatMap((module) => ['--import', module]),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...env, ...more.env, PORTOLAN_SUPERVISED: '1' },
    });
    this.#child = child;
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    const exit = once(child, 'exit').then(([code, signal]) => String(code ?? signal));
    void exit.then(() => log.end());
    return Promise.race([
      readyOf(child),
      exit.then((how) => Promise.reject(new Error(`${script} ended (${how}) early; see ${logFile}`))),
    ]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning || !this.#child) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}

function readyOf(child: ChildProcess): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  child.on('message', (message) => {
    const parsed = readyMessage.safeParse(message);
    if (parsed.success) resolve(parsed.data);
  });
  return promise;
}
