import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const SOURCE = join(import.meta.dirname, '../../interop');
const BINARY = join(SOURCE, 'dist/interop');

/** Why the Go peer cannot run here; undefined if it can. */
export function missingGo(): string | undefined {
  const { error, stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  return error ? 'no Go toolchain in PATH' : stdout.startsWith('go version') ? undefined : stdout;
}

/** Builds hashicorp/yamux over gorilla/websocket (a second time costs nothing: Go caches). */
export async function buildGoPeer(): Promise<void> {
  await promisify(execFile)('go', ['build', '-o', BINARY, '.'], { cwd: SOURCE });
}

/** One running Go peer; it answers in lines of JSON. */
export class GoPeer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  stderr = '';

  /** Arguments as test/interop/main.go documents them: `-role client -do dial-raw -url … -token … -to host:port`. */
  constructor(args: string[]) {
    const child = spawn(BINARY, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async answer<T>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The Go peer ended without an answer: ${this.stderr}`);
    return JSON.parse(value) as T;
  }

  async ask<T>(line: string): Promise<T> {
    this.#child.stdin?.write(`${line}\n`);
    return await this.answer<T>();
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
