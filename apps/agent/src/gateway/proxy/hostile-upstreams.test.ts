import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { model, portOf, route, service } from '../testing/models.ts';
import { askRaw, startGateway } from '../testing/servers.ts';

/** An upstream that answers with these bytes, whatever it is asked. */
async function saying(text: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(text, 'latin1'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return portOf(server);
}

async function answerTo(text: string): Promise<string> {
  const { port } = await startGateway(model([route()], [service('up', { port: await saying(text) })]));
  return askRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('answers that parsers could disagree on', () => {
  it.each([
    [
      'a length and chunks',
      `${OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n`,
    ],
    ['two lengths', `${OK}Content-Length: 3\r\nContent-Length: 6\r\n\r\nabcdef`],
    ['a bare CR', `${OK}X-A: 1\rX-B: 2\r\nContent-Length: 2\r\n\r\nok`],
    ['bare LFs', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['a NUL', `${OK}X-A: a\0b\r\nContent-Length: 2\r\n\r\nok`],
    ['obs-fold', `${OK}X-A: a\r\n b\r\nContent-Length: 2\r\n\r\nok`],
    ['a space in a name', `${OK}X A: b\r\nContent-Length: 2\r\n\r\nok`],
    ['a head without end', `${OK}X-A: ${'a'.repeat(100_000)}\r\nContent-Length: 2\r\n\r\nok`],
    [
      'a switch nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ],
    ['a coding that nobody undoes', `${OK}Transfer-Encoding: gzip\r\n\r\nok`],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('with %s become a 502', async (_name, text) => {
    const answer = await answerTo(text);
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('may announce trailers that cannot follow', async () => {
    const answer = await answerTo(`${OK}Trailer: X-Sum\r\nContent-Length: 2\r\n\r\nok`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nok$/);
    expect(answer).not.toMatch(/trailer/i);
  });

  it.each([600, 999])('with status %i pass to HTTP/1.1, and are a 502 over HTTP/2', async (status) => {
    const text = `HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nok`;
    expect(await answerTo(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const { port, logs } = await startGateway(
      model([route()], [service('up', { port: await saying(text) })]),
    );
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':path': '/' });
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(headers[':status']).toBe(502);
    session.destroy();
    expect(logs.join()).not.toContain('gateway.fault');
  });

  it('end where they say, whatever follows', async () => {
    const answer = await answerTo(`${OK}Content-Length: 3\r\n\r\nabc${OK}Content-Length: 4\r\n\r\nevil`);
    expect(answer).toMatch(/\r\n\r\nabc$/);
  });

  it('with a length in the trailers are cut short', async () => {
    const answer = await answerTo(
      `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 9\r\n\r\n`,
    );
    expect(answer).not.toMatch(/\r\n0\r\n/);
  });
});
