import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Usage {
  readonly cpuUs: number;
}

/** A process of the benchmark's, asked and answered by messages. */
export class Child {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts a program that says `{ready, port}` once it can be asked. */
  static async start(program: string, setting: object): Promise<Child> {
    const path = fileURLToPath(new URL(program, import.meta.url));
    const child = fork(path, [JSON.stringify(setting)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [ready] = (await once(child, 'message')) as [{ port: number }];
    return new Child(child, ready.port);
  }

  async ask<T>(question: object): Promise<T> {
    this.#process.send(question);
    const [answer] = (await once(this.#process, 'message')) as [T];
    return answer;
  }

  usage(): Promise<Usage> {
    return this.ask<Usage>({ ask: 'usage' });
  }

  /** Bytes in use once everything else has been collected. */
  async memory(): Promise<number> {
    return (await this.ask<{ bytes: number }>({ ask: 'memory' })).bytes;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(timer);
  }
}
