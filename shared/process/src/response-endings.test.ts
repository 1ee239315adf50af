import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mendResponseEndings } from './response-endings.ts';

const BODY = Buffer.alloc(64 * 1024, 'a');
const HEADS = {
  length: `Content-Length: ${BODY.length}\r\nConnection: close\r\n`,
  'length, to be kept alive': `Content-Length: ${BODY.length}\r\n`,
  close: 'Connection: close\r\n',
  reset: 'Connection: close\r\n',
};

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (request: Buffer) => {
    const name = decodeURIComponent(/GET \/(\S+)/.exec(request.toString())?.[1] ?? '');
    socket.write(`HTTP/1.1 200 OK\r\n${HEADS[name as keyof typeof HEADS]}\r\n`);
    if (name === 'reset') socket.write(BODY, () => setImmediate(() => socket.resetAndDestroy()));
    else socket.end(BODY);
  });
});
beforeAll(async () => {
  mendResponseEndings();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

it.each(Object.keys(HEADS).filter((name) => name !== 'reset'))(
  'reads a response slowly whose server has closed (%s)',
  async (name) => {
    const { port } = server.address() as AddressInfo;
    const closed = once(server, 'connection').then(([socket]) => once(socket, 'finish'));
    const response = await fetch(`http://127.0.0.1:${port}/${encodeURIComponent(name)}`);
    await closed;
    // The client has seen the end by the time that other connections are served.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    let bytes = 0;
    for await (const chunk of response.body ?? []) bytes += chunk.length;
    expect(bytes).toBe(BODY.length);
  },
);

it('takes a response whose connection is reset for a broken one', async () => {
  const { port } = server.address() as AddressInfo;
  const read = fetch(`http://127.0.0.1:${port}/reset`).then((response) => response.arrayBuffer());
  await expect(read).rejects.toThrow('terminated');
});
