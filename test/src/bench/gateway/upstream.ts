/** The bare server behind everything that is measured: 1 KiB of JSON, no work. */
import { createServer } from 'node:http';
import { reportUsage } from './usage.ts';

const body = Buffer.from(JSON.stringify({ filler: 'x'.repeat(1024 - 13) }));
const server = createServer((_req, res) => {
  res.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
  res.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => reportUsage(server));
