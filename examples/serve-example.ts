import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Returns what is at a path, as JSON will show it; undefined for nothing. */
type Handler = (path: string, request: IncomingMessage) => unknown;

export interface ExampleService {
  readonly name: string;
  readonly port: number;
  readonly handler: Handler;
}

const retryMs = 500;
const stopping = new AbortController();

/**
 * Serves the services of an example until SIGINT, SIGTERM or the end of the parent process. Two starts on one machine share
 * them: the ports are fixed by the manifests, so a second program reports which ports it shares, and takes over once they are
 * free. Ports of other programs end it.
 */
export async function serveExample(example: string, services: readonly ExampleService[]): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
  process.on('disconnect', () => stop());
  try {
    const shared = await Promise.all(services.map(serve));
    const sharedPorts = services.filter((_, at) => shared[at]).map(({ port }) => port);
    process.send?.({ event: 'ready', pid: process.pid, sharedPorts });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`portolan-${example}: ${message} Stop it, or serve other manifests with --resources DIR.`);
    process.exitCode = 1;
    stop();
  }
}

/** Serves a service; returns whether another start of this example does so already. */
async function serve({ name, port, handler }: ExampleService): Promise<boolean> {
  const server = createServer((request, response) => answer(name, handler, request, response));
  stopping.signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return false;
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  if (!(await isOwnService(name, port)))
    throw new Error(`Port ${port} of the example service ${name} is used by another program.`);
  const listenLater = () => {
    const timer = setTimeout(() => server.listen(port, '127.0.0.1'), retryMs);
    stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  };
  server.on('error', (error) => {
    if (!isTaken(error)) throw error;
    listenLater();
  });
  listenLater();
  return true;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** Whether an example serves the service at a port. */
async function isOwnService(name: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.headers.get('x-service') === name;
  } catch {
    return false;
  }
}

function answer(name: string, handler: Handler, request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const body = handler(path, request);
  request.resume();
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': 'application/json',
    'x-service': name,
  });
  response.end(JSON.stringify(body ?? { error: `${name} has no ${path}` }));
}

function stop(): void {
  stopping.abort();
  if (process.connected) process.disconnect();
}
