import { once } from 'node:events';
import { createServer as createTcpServer, connect, type Socket } from 'node:net';
import { hash } from 'bcrypt';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { headers, model, portOf, route, service } from '../testing/models.ts';
import { ask, askRaw, startGateway, upstream } from '../testing/servers.ts';

/** One character for each byte: Latin-1 `é`, UTF-8 `é`, UTF-8 `о`. */
const VALUES = [
  'attachment; filename="\u00e9.txt"',
  'filename="\u00c3\u00a9"',
  'filename="\u00d0\u00be\u00d1\u0082"',
];
const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** Responds with these bytes to whatever it is asked. */
async function raw(response: string): Promise<{ port: number }> {
  const server = createTcpServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(response, 'latin1'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: portOf(server) };
}

const throughGateway = async (response: string, middlewares: readonly MiddlewareSpec[] = []) =>
  startGateway(model([route({ middlewares })], [service('up', await raw(response))]));

describe.each(VALUES)('the bytes of a field, %j', (value) => {
  const fields = `Content-Disposition: ${value}\r\nX-Note: ${value}\r\nSet-Cookie: a=${value}\r\nLocation: /${value}\r\n`;

  it.each([
    ['after a length', `Content-Length: 2\r\n${fields}\r\nok`],
    ['before a length', `${fields}Content-Length: 2\r\n\r\nok`],
    ['in a response without one', `${fields}\r\nok`],
    ['in a chunked response', `Transfer-Encoding: chunked\r\n${fields}\r\n2\r\nok\r\n0\r\n\r\n`],
    ['in a large response', `Content-Length: 100000\r\n${fields}\r\n${'x'.repeat(100_000)}`],
    ['without content', `Content-Length: 0\r\n${fields}\r\n`],
  ])('stay as they are %s', async (_name, rest) => {
    const { port, logs } = await throughGateway(`HTTP/1.1 200 OK\r\nConnection: close\r\n${rest}`);
    const answer = await askRaw(port, GET);
    for (const line of fields.trim().split('\r\n')) expect(answer).toContain(`\r\n${line}\r\n`);
    expect(logs.join()).not.toContain('gateway.fault');
  });

  it('stay as they are in trailers', async () => {
    const { port } = await throughGateway(
      `HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Note: ${value}\r\n\r\n`,
    );
    expect((await askRaw(port, GET)).toLowerCase()).toContain(`x-note: ${value.toLowerCase()}\r\n`);
  });

  it('stay as they are when protocols are switched', async () => {
    const { port } = await throughGateway(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Note: ${value}\r\n\r\n`,
    );
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString('latin1')).toContain(`X-Note: ${value}\r\n`);
    socket.destroy();
  });

  it('stay as they are in requests', async () => {
    const up = await upstream((req, res) => res.end(Buffer.from(String(req.headers['x-note']), 'latin1')));
    const { port } = await startGateway(model([route()], [service('up', up)]));
    expect(
      await askRaw(port, `GET / HTTP/1.1\r\nHost: a\r\nX-Note: ${value}\r\nConnection: close\r\n\r\n`),
    ).toMatch(new RegExp(`\r\n\r\n${value}$`));
  });
});

describe('configured text in any language', () => {
  const text = '\u043e\u0442\u0447\u0451\u0442';
  const bytes = Buffer.from(text).toString('latin1');

  it.each([2, 0])('is UTF-8 in responses (content of %i bytes)', async (length) => {
    const fields =
      length === 0 ? 'Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n' : 'Content-Length: 2\r\n\r\nok';
    const { port } = await throughGateway(`HTTP/1.1 200 OK\r\nConnection: close\r\n${fields}`, [
      headers({}, { 'X-Note': text }),
    ]);
    expect(await askRaw(port, GET)).toContain(`X-Note: ${bytes}\r\n`);
  });

  it('is UTF-8 in requests, and so is the name of a user', async () => {
    const up = await upstream((req, res) =>
      res.end(JSON.stringify([req.headers['x-note'], req.headers['x-user']])),
    );
    const middlewares: MiddlewareSpec[] = [
      headers({ 'X-Note': text }),
      {
        kind: 'basicAuth',
        users: [`${text}:${await hash('secret', 4)}`],
        realm: text,
        removeHeader: true,
        headerField: 'X-User',
      },
    ];
    const { port } = await startGateway(model([route({ middlewares })], [service('up', up)]));
    const authorization = `Basic ${Buffer.from(`${text}:secret`).toString('base64')}`;
    expect(JSON.parse((await ask(port, { headers: { authorization } })).body)).toEqual([bytes, bytes]);
    const refused = await ask(port);
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toBe(`Basic realm="${bytes}"`);
  });
});
