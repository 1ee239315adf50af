import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientTask } from './client.ts';

/** A child process of the benchmark that answers each message with one. */
export class Worker {
  readonly #child: ChildProcess;
  readonly ready: Promise<Record<string, number>>;

  constructor(file: string, args: string[], execArgv: string[] = []) {
    this.#child = fork(join(import.meta.dirname, file), args, { execArgv: ['--expose-gc', ...execArgv] });
    this.ready = this.#next();
  }

  async ask(message: ClientTask | { rss: true }): Promise<Record<string, number>> {
    const answer = this.#next();
    this.#child.send(message);
    return await answer;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #next(): Promise<Record<string, number>> {
    const [answer] = (await once(this.#child, 'message')) as [Record<string, number> & { error?: string }];
    if (answer.error) throw new Error(answer.error);
    return answer;
  }
}

/** A certificate for 127.0.0.1 in a temporary directory. */
export function makeCertificate(): { cert: string; key: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = '-subj /CN=bench -addext subjectAltName=IP:127.0.0.1';
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ${subject}`.split(' ');
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key, remove: () => rmSync(dir, { recursive: true }) };
}
