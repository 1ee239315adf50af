import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient, type Client } from '@portolan/contract/client';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const readyLine = z.object({
  event: z.literal('ready'),
  platform: z.url(),
  gateway: z.url(),
  brokers: z.array(
    z.object({
      id: z.string(),
      region: z.string(),
      url: z.string().startsWith('ws://'),
      edge: z.object({ http: z.url(), https: z.url() }),
      pid: z.number(),
    }),
  ),
  workspace: z.string(),
  adminEmail: z.email(),
  adminPasswordFile: z.string(),
  adminToken: z.string(),
  pids: z.object({ platform: z.number(), agent: z.number() }),
});
type Ready = z.infer<typeof readyLine>;

/** A system brought up the way the README says, known only by its one line of JSON. */
export interface Running {
  readonly ready: Ready;
  readonly client: Client;
  readonly stdout: readonly string[];
  stderr(): string;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number>;
  /** Ends npm alone, as a closed terminal or the out-of-memory killer does. */
  killNpm(signal: 'SIGHUP' | 'SIGKILL'): void;
}

/** Runs `npm start -- --no-tui --json --port 0 …` and waits for its line. */
export async function npmStart(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn('npm', ['start', '--', '--no-tui', '--json', '--port', '0', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const stdout: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => stdout.push(line));
  const first = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => failed(code, stderr)),
  ]);
  const ready = readyLine.parse(JSON.parse(String(first[0])));
  return {
    ready,
    stdout,
    stderr: () => stderr,
    client: createClient({ baseUrl: ready.platform, token: ready.adminToken, origin: 'cli' }),
    stop: () => stop(child),
    killNpm: (signal) => void child.kill(signal),
  };
}

function failed(code: unknown, stderr: string): never {
  throw new Error(`npm start ended with ${String(code)} before it was ready:\n${stderr}`);
}

async function stop(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  if (child.signalCode !== null) throw new Error(`npm start was ended by ${child.signalCode}`);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await ended;
  return Number(code);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
