import { once } from 'node:events';
import { connect } from 'node:net';

const CONNECTIONS = 32;

/** Requests per second of 32 keep-alive connections, each asking again as soon as it is answered. */
export async function requestsPerSecond(port: number, host: string, ms: number): Promise<number> {
  const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let answers = 0;
  let isOver = false;
  const work = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let pending = 0;
    let length = 0;
    socket.on('data', (chunk) => {
      if (length === 0) {
        const head = chunk.indexOf('\r\n\r\n');
        if (!chunk.subarray(0, 15).toString('latin1').startsWith('HTTP/1.1 200 OK'))
          throw new Error(chunk.toString());
        length = head + 4 + 1024;
      }
      pending += chunk.length;
      if (pending < length) return;
      pending = 0;
      answers += 1;
      if (isOver) socket.destroy();
      else socket.write(request);
    });
    socket.write(request);
    await once(socket, 'close');
  };
  const working = Array.from({ length: CONNECTIONS }, work);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const rate = (answers * 1000) / (performance.now() - startedAt);
  isOver = true;
  await Promise.all(working);
  return rate;
}

/** Megabytes per second received on one connection, after `first` was sent. */
export async function downloadRate(port: number, first: Buffer, ms: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  let bytes = 0;
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer,
      callback(count) {
        bytes += count;
        return true;
      },
    },
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(first);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const rate = bytes / (performance.now() - startedAt) / 1000;
  socket.destroy();
  return rate;
}

/** Megabytes per second sent on one connection. */
export async function uploadRate(port: number, first: Buffer, ms: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024, 'z');
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(Buffer.concat([first, Buffer.from([0x55])]));
  const startedAt = performance.now();
  const pump = () => {
    while (performance.now() - startedAt < ms && socket.write(block));
  };
  socket.on('drain', pump);
  pump();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const rate = (socket.bytesWritten - socket.writableLength) / (performance.now() - startedAt) / 1000;
  socket.destroy();
  return rate;
}
