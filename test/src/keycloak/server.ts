import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from '../e2e/until.ts';

/** The first start also builds the server, which takes minutes on a busy machine. */
const START_MS = 8 * 60_000;

export interface Keycloak {
  readonly url: string;
  readonly admin: { readonly username: string; readonly password: string };
  stop(): Promise<void>;
}

/** Starts Keycloak with a database in memory, which ends with it. */
export async function startKeycloak(home: string, javaHome: string): Promise<Keycloak> {
  const port = await freePort();
  const admin = { username: 'bootstrap', password: 'bootstrap of a throw-away realm' };
  const args = ['start-dev', '--http-host', '127.0.0.1', '--http-port', String(port), '--db', 'dev-mem'];
  const child = spawn(join(home, 'bin/kc.sh'), args, {
    // A group of its own: the script starts Java, and both must end.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      JAVA_HOME: javaHome,
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  try {
    await Promise.race([
      until('Keycloak answers', START_MS, async () => (await fetch(`${url}/realms/master`)).ok),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`))),
    ]);
  } catch (error) {
    await stop();
    throw new Error(`Keycloak did not start: ${log.slice(-4000)}`, { cause: error });
  }
  return { url, admin, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
