import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { dialTunnel } from '@portolan/tunnel/dial';
import { PORTOLAN_V1, readStreamHeader } from '@portolan/tunnel/kinds';
import type { TunnelStream } from '@portolan/tunnel/stream';

/** An agent: an HTTP server of its own, directly reachable too, and a way to a service of raw bytes. */
const answer = Buffer.alloc(1024, 'x');
const http = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': answer.length });
  response.end(answer);
});
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function join(a: Socket | TunnelStream, b: Socket | TunnelStream): void {
  a.pipe(b);
  b.pipe(a);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    one.on('error', () => undefined);
    one.on('close', () => other.destroy());
  }
}

const httpPort = await listen(http);
const bulkPort = Number(process.argv[2]);

process.on('message', (message) => {
  void dialTunnel({ url: String(message), token: 'bench', subprotocol: PORTOLAN_V1, proxy: false }).then(
    (session) => {
      session.on('stream', (stream) => {
        void readStreamHeader(stream).then((header) => {
          if (header.kind !== 'edge') stream.destroy();
          else if (header.tls) join(stream, connect(bulkPort, '127.0.0.1'));
          else http.emit('connection', stream);
        });
      });
      process.send?.({ event: 'dialled' });
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ event: 'ready', httpPort });
