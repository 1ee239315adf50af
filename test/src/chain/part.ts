import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const apps = fileURLToPath(new URL('../../../apps', import.meta.url));

/** One process of the system. */
export interface Part<Ready> {
  readonly ready: Ready;
  readonly pid: number;
  /** Everything it logged so far. */
  log(): string;
  /** Ends it the hard way, or with another signal; answers when it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a part and waits for the message with which it says that it is ready. */
export async function startPart<Ready>(
  main: 'platform/src/main.ts' | 'agent/src/main.ts',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Part<Ready>> {
  const child = spawn(process.execPath, [`${apps}/${main}`, ...args], {
    env: { ...process.env, ...env, PORTOLAN_SUPERVISED: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let text = '';
  child.stderr?.on('data', (chunk) => (text += String(chunk)));
  const [ready] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${main} ${args[0]} ended: ${text}`))),
  ])) as [Ready];
  return { ready, pid: child.pid ?? 0, log: () => text, end: (signal = 'SIGKILL') => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
