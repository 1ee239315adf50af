/** The proxy most Node projects reach for, set up as its documentation says for keep-alive. */
import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';
import { reportUsage } from './usage.ts';

const { upstreamPort } = JSON.parse(process.argv[2] ?? '{}') as { upstreamPort: number };
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${upstreamPort}`,
  agent: new Agent({ keepAlive: true, maxSockets: 1024 }),
  xfwd: true,
});
proxy.on('error', (_error, _req, res) => res.destroy());
const server = createServer((req, res) => proxy.web(req, res));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => reportUsage(server));
