import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A real server, where this machine has one: `redis-server` on the PATH, or named by REDIS_SERVER. */
const REDIS = process.env['REDIS_SERVER'] ?? 'redis-server';

export const hasRedis = ((): boolean => {
  try {
    execFileSync(REDIS, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a Redis without a disk; `more` are further options of its command line. */
export function startRedis(port: number, ...more: readonly string[]): { stop(): Promise<void> } {
  const process = spawn(
    REDIS,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...more],
    { stdio: 'ignore' },
  );
  return {
    async stop() {
      process.kill();
      await once(process, 'exit');
    },
  };
}
