import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server } from 'node:net';
import { dialTunnel } from '@portolan/tunnel/websocket/dial';
import { PORTOLAN_V1, readStreamHeader } from '@portolan/tunnel/session/typed-streams';
import type { TunnelStream } from '@portolan/tunnel/streams/tunnel-stream';

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

const READ_BYTES = 256 * 1024;
const NOTHING = Buffer.alloc(0);

/** Joins a stream with a service: read into one buffer, which is free again as soon as the tunnel has taken its bytes. */
function join(stream: TunnelStream, port: number): void {
  const take = (count: number, buffer: Uint8Array): boolean => {
    stream.write(Buffer.from(buffer.buffer, buffer.byteOffset, count));
    if (stream.writableLength === 0) return true;
    stream.write(NOTHING, () => socket.resume());
    return false;
  };
  const socket = connect({
    host: '127.0.0.1',
    port,
    onread: { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: take },
  });
  stream.lend((piece) => {
    if (!socket.write(piece)) stream.pause();
    return socket.writableLength > 0;
  });
  socket.on('drain', () => stream.resume());
  socket.on('error', () => undefined);
  socket.on('close', () => stream.destroy());
  stream.on('close', () => socket.destroy());
}

const httpPort = await listen(http);
const bulkPort = Number(process.argv[2]);

process.on('message', (message) => {
  void dialTunnel({ url: String(message), token: 'bench', subprotocol: PORTOLAN_V1, proxy: false }).then(
    (session) => {
      session.on('rawStream', (stream) => {
        void readStreamHeader(stream).then((header) => {
          if (header.kind !== 'edge') stream.destroy();
          else if (header.tls) join(stream.toDuplex(), bulkPort);
          else http.emit('connection', stream.toDuplex());
        });
      });
      process.send?.({ event: 'dialled' });
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ event: 'ready', httpPort });
