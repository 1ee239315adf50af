import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EDGE_LIMITS } from './edge-limits.ts';
import type { EdgeRouter } from './edge-target.ts';
import type { Edge } from './edge.ts';
import { createHttpEdge } from './http-edge.ts';
import { SocketStream } from './socket-stream.ts';

/** What a gateway behind the edge (node:http, as the agent's is) takes for requests. */
const seen: string[] = [];
let origin: Server;
let edge: Edge;
let port = 0;
/** Where the way to the agent leads. */
let originPort = 0;
/** Requests as the edge counts them, less those it refused. */
let passed = 0;
const ends: (() => void)[] = [];

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  origin = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body}`);
      response.end('ok');
    });
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const router: EdgeRouter = {
    findTarget: () => ({ clusterId: 'one', isHttpsOnly: false }),
    async open() {
      const socket = connect({ port: originPort, host: '127.0.0.1', allowHalfOpen: true });
      return { stream: new SocketStream(socket), pathId: 'w', isUsable: () => true };
    },
    findChallenge: () => null,
    isDraining: () => false,
    isReady: () => true,
  };
  const events = {
    request: () => void (passed += 1),
    refused: () => undefined,
    retried: () => undefined,
    bytes: () => undefined,
    failed: (error: unknown) => {
      throw error;
    },
  };
  edge = createHttpEdge({ router, limits: { ...EDGE_LIMITS, headMs: 500, stallMs: 500 }, events });
  edge.server.listen(0, '127.0.0.1');
  await once(edge.server, 'listening');
  port = portOf(edge.server);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => {
  edge.close();
  origin.closeAllConnections();
  origin.close();
});

/** Sends bytes, then half-closes; answers all that came back. */
async function exchange(bytes: string): Promise<string> {
  seen.length = 0;
  passed = 0;
  originPort = portOf(origin);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.end(Buffer.from(bytes, 'latin1'));
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  await once(socket, 'close');
  return text;
}

const INNER = 'GET /smuggled HTTP/1.1\r\nHost: a.test\r\nX: ';
const post = (headers: string, body: string) =>
  `POST /outer HTTP/1.1\r\nHost: a.test\r\n${headers}\r\n\r\n${body}`;
const chunkedWith = (header: string) => post(`${header}\r\nContent-Length: 4`, `5c\r\n${INNER}\r\n0\r\n\r\n`);
const lengthAs = (value: string) => post(`Content-Length: ${value}`, `0\r\n\r\n${INNER}`);

describe('a request cannot be hidden in another', () => {
  it.each([
    ['CL.TE', post(`Content-Length: ${INNER.length + 5}\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${INNER}`)],
    ['TE.CL', chunkedWith('Transfer-Encoding: chunked')],
    ['TE twice', chunkedWith('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity')],
    ['a coding that is none', chunkedWith('Transfer-Encoding: xchunked')],
    ['a space before the colon', chunkedWith('Transfer-Encoding : chunked')],
    ['a tab before the colon', chunkedWith('Transfer-Encoding\t: chunked')],
    ['a vertical tab', chunkedWith('Transfer-Encoding:\x0bchunked')],
    ['a leading space', chunkedWith('X: y\r\n Transfer-Encoding: chunked')],
    ['a line that ends in LF', chunkedWith('X: y\nTransfer-Encoding: chunked')],
    ['a line that ends in CR', chunkedWith('X: y\rTransfer-Encoding: chunked')],
    ['a NUL', chunkedWith('Transfer-Encoding\0: chunked')],
    ['an empty name', chunkedWith(': y\r\nTransfer-Encoding: chunked')],
    ['a quoted coding', chunkedWith('Transfer-Encoding: "chunked"')],
    ['chunked not last', chunkedWith('Transfer-Encoding: chunked, identity')],
    ['chunked of HTTP/1.0', chunkedWith('Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0')],
    ['two lengths', lengthAs('5\r\nContent-Length: 60')],
    ['a list of lengths', lengthAs('5, 60')],
    ['a signed length', lengthAs('+5')],
    ['a negative length', lengthAs('-1')],
    ['a hexadecimal length', lengthAs('0x5')],
    ['a length with a space', lengthAs('5 0')],
    ['a fractional length', lengthAs('5.0')],
    ['a length beyond counting', lengthAs('99999999999999999999')],
    ['a chunk that ends in LF', post('Transfer-Encoding: chunked', `1\nZ\n0\n\n${INNER}`)],
    ['a chunk extension with LF', post('Transfer-Encoding: chunked', `0;a=\n\n${INNER}\r\n\r\n`)],
    ['a chunk size with a prefix', post('Transfer-Encoding: chunked', `0x5\r\nabcde\r\n0\r\n\r\n`)],
    [
      'a chunk size beyond counting',
      post('Transfer-Encoding: chunked', `${'f'.repeat(17)}\r\n${INNER}\r\n\r\n`),
    ],
    ['a chunk longer than it says', post('Transfer-Encoding: chunked', `1\r\nab${INNER}\r\n0\r\n\r\n`)],
    ['a target with a space', `GET /x HTTP/1.1 /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n`],
    ['a target in two lines', `GET /x\r\n/smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n`],
    ['Host twice', `GET /x HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n`],
    ['an authority with credentials', `GET http://a.test@b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n`],
  ])('%s', async (_name, bytes) => {
    const answer = await exchange(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|501) /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(seen).toEqual([]);
  });

  it('what is framed once is passed as one, whatever it holds', async () => {
    const body = `${INNER}\r\n\r\n`;
    const size = body.length.toString(16);
    await exchange(
      post(`Content-Length: ${body.length}`, body) +
        post(
          'Transfer-Encoding: chunked',
          `${size};x=y\r\n${body}\r\n0\r\nX-Trailer: ${'t'.repeat(20)}\r\n\r\n`,
        ) +
        'GET /last HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n',
    );
    expect(seen).toEqual([`POST /outer ${body}`, `POST /outer ${body}`, 'GET /last ']);
  });

  it('edge and gateway count the same requests, whatever bytes are put together', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n',
        'POST /b HTTP/1.1\r\nHost: a.test\r\n',
        'Content-Length: 5\r\n',
        'Content-Length: 0\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Transfer-Encoding: \tchunked \r\n',
        'transfer-encoding: CHUNKED\r\n',
        'Connection: close\r\n',
        'Connection: upgrade\r\nUpgrade: h2c\r\n',
        'Expect: 100-continue\r\n',
        '\r\n',
        '\n',
        '\r',
        '0\r\n\r\n',
        '5\r\nhello\r\n',
        '5;ext="a\\"b"\r\nhello\r\n',
        '05\r\nhello\r\n',
        'hello',
        'X: y\r\n',
        ' folded\r\n',
        '\0',
      ),
      fc.string({ maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 9 }), async (pieces) => {
        await exchange(pieces.join(''));
        expect(seen.length).toBeLessThanOrEqual(passed);
      }),
      { numRuns: 150 },
    );
  });
});

describe('an answer cannot be hidden in another', () => {
  /** A service that answers the first request with these bytes. */
  async function answeredWith(bytes: string): Promise<string> {
    const service = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes));
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    ends.push(() => service.close());
    originPort = portOf(service);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'GET /a HTTP/1.1\r\nHost: a.test\r\n\r\nGET /b HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n',
    );
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    await once(socket, 'close');
    return text;
  }
  const FAKE = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged';

  it.each([
    ['both framings', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${FAKE}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${FAKE.length}\r\n\r\n${FAKE}`],
    ['a folded line', `X: y\r\n Content-Length: 0\r\n\r\n${FAKE}`],
    ['a line that ends in LF', `X: y\nContent-Length: 0\r\n\r\n${FAKE}`],
  ])('%s', async (_name, rest) => {
    const text = await answeredWith(`HTTP/1.1 200 OK\r\n${rest}`);
    expect(text).toMatch(/^HTTP\/1\.1 502 /);
    expect(text).not.toContain('forged');
  });

  it('bytes after an answer are for nobody', async () => {
    const text = await answeredWith(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${FAKE}`);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Length: 2\r\n\r\nok/);
    expect(text.split('forged')).toHaveLength(1);
  });
});
