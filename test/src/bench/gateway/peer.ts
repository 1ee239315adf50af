/** The proxy most Node projects reach for, set up as its documentation says for keep-alive. */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { reportUsage } from './usage.ts';

interface Proxy {
  web(req: IncomingMessage, res: ServerResponse): void;
  on(event: 'error', listener: (error: Error, req: IncomingMessage, res: ServerResponse) => void): void;
}

// The package has no types of its own.
const { createProxyServer } = createRequire(import.meta.url)('http-proxy') as {
  createProxyServer(options: object): Proxy;
};

const { upstreamPort } = JSON.parse(process.argv[2] ?? '{}') as { upstreamPort: number };
const proxy = createProxyServer({
  target: `http://127.0.0.1:${upstreamPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 1024 }),
  xfwd: true,
});
proxy.on('error', (_error, _req, res) => res.destroy());
const server = createServer((req, res) => proxy.web(req, res));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => reportUsage(server));
