import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A service of raw bytes: sends without end once it was spoken to, or swallows whatever comes. */
const block = Buffer.alloc(64 * 1024, 'y');
/** The byte after a ClientHello that asks for an upload; a hello alone is a download. */
const UPLOAD = 0x55;

const server = createServer((socket) => {
  const pump = () => {
    while (socket.write(block));
  };
  socket.once('data', (first) => {
    if (first.at(-1) === UPLOAD) return;
    socket.on('drain', pump);
    pump();
  });
  socket.on('data', () => undefined);
  socket.on('error', () => undefined);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
process.send?.({ event: 'ready', port: (server.address() as AddressInfo).port });
