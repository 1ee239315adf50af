import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const AGENT = fileURLToPath(new URL('../../../../apps/agent/src/main.ts', import.meta.url));
const SERVED_MS = 120_000;
const MB = 1024;

/** An agent whose gateway is asked and whose memory is read. */
export interface MeasuredAgent {
  /** Milliseconds from the start of the process to the first request that was routed. */
  readonly startMs: number;
  /** Resolves when a path is routed. */
  untilServed(path: string): Promise<void>;
  isServed(path: string): Promise<boolean>;
  /** Megabytes: now, and the most there ever were. */
  memory(): Promise<{ readonly rss: number; readonly peak: number }>;
  stop(): Promise<void>;
}

export async function startMeasuredAgent(args: readonly string[], firstPath: string): Promise<MeasuredAgent> {
  const since = performance.now();
  const child = fork(AGENT, [...args, '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, PORTOLAN_SUPERVISED: '1' },
  });
  const [{ gateway }] = (await once(child, 'message')) as [{ gateway: string }];
  const pool = new Pool(gateway, { connections: 4 });
  const isServed = async (path: string): Promise<boolean> => {
    const { statusCode, body } = await pool.request({ method: 'GET', path });
    await body.dump();
    return statusCode === 503;
  };
  const untilServed = async (path: string): Promise<void> => {
    const end = performance.now() + SERVED_MS;
    while (!(await isServed(path))) {
      if (performance.now() > end) throw new Error(`${path} was not served within ${SERVED_MS / 1000} s`);
      await pause(2);
    }
  };
  await untilServed(firstPath);
  const startMs = performance.now() - since;
  return {
    startMs,
    untilServed,
    isServed,
    memory: () => memoryOf(child),
    async stop() {
      await pool.destroy();
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function memoryOf({ pid }: ChildProcess): Promise<{ rss: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / MB);
  return { rss: read('VmRSS'), peak: read('VmHWM') };
}
