import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FSWatcher } from 'chokidar';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startAgent } from './agent.ts';
import { parseOptions } from './options.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-agent-stop-'));
  await mkdir(join(directory, 'resources'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Returns whether something accepts connections at a port. */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('a part that cannot be stopped is logged, and everything else is stopped', async () => {
  const [admin, tls, auth] = [await freePort(), await freePort(), await freePort()];
  const paths = ['--resources', join(directory, 'resources'), '--state-dir', join(directory, 'state')];
  const agent = await startAgent(
    parseOptions([
      ...paths,
      '--log-level=error',
      `--admin-port=${admin}`,
      `--gateway-tls-port=${tls}`,
      `--auth-port=${auth}`,
    ]),
  );
  const ports = [agent.addresses.http?.port ?? 0, admin, tls, auth];
  for (const port of ports) expect(await isOpen(port)).toBe(true);
  const errors = vi.spyOn(agent.log, 'error').mockImplementation(() => undefined);
  const close = vi
    .spyOn(FSWatcher.prototype, 'close')
    .mockRejectedValueOnce(new Error('EIO: the watcher does not close'));

  await agent.stop();

  expect(close).toHaveBeenCalledOnce();
  expect(errors.mock.calls).toEqual([
    [
      { event: 'agent.stop-failed', error: 'Error: EIO: the watcher does not close' },
      'A part could not be stopped.',
    ],
  ]);
  for (const port of ports) expect(await isOpen(port)).toBe(false);
  await (close.mock.contexts[0] as FSWatcher).close();
});
