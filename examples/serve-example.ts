import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Returns what is at a path, as JSON will show it; undefined for nothing. */
export type Handler = (path: string, request: IncomingMessage) => unknown;

export interface ExampleService {
  readonly name: string;
  readonly port: number;
  readonly handler: Handler;
}

const retryMs = 500;
const stopping = new AbortController();

/**
 * Serves the services of an example until SIGINT, SIGTERM or the end of the parent process. Two starts on one machine share
 * them: the ports are fixed by the manifests, so a second program waits until the first one's ports are free and then takes over.
 */
export async function serveExample(example: string, services: readonly ExampleService[]): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
  process.on('disconnect', () => stop());
  await Promise.all(services.map((service) => serve(example, service)));
  process.send?.({ event: 'ready', pid: process.pid });
}

function serve(example: string, { name, port, handler }: ExampleService): Promise<void> {
  const server = createServer((request, response) => answer(name, handler, request, response));
  stopping.signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  return new Promise((resolve) => {
    let isSharing = false;
    server.once('listening', resolve);
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      if (!isSharing)
        console.error(
          `${example}: port ${port} of ${name} is taken by another start of this example; sharing it`,
        );
      isSharing = true;
      resolve();
      const timer = setTimeout(() => server.listen(port, '127.0.0.1'), retryMs);
      stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
    server.listen(port, '127.0.0.1');
  });
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
