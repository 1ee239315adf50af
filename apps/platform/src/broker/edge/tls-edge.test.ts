import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_HELLO_BYTES_MAX, parseClientHello, TLS_ALERT, tlsAlert } from './client-hello.ts';
import { EDGE_LIMITS, type EdgeLimits } from './edge-limits.ts';
import { SocketStream } from './socket-stream.ts';
import { createTlsEdge } from './tls-edge.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const directory = mkdtempSync(join(tmpdir(), 'tls-edge-'));
let certificate: { key: Buffer; cert: Buffer };
beforeAll(() => {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=a.test',
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  certificate = { key: readFileSync(key), cert: readFileSync(cert) };
});
afterAll(() => rmSync(directory, { recursive: true }));

async function edgeTo(
  ports: Record<string, number | null>,
  limits: Partial<EdgeLimits> = {},
): Promise<number> {
  const edge = createTlsEdge({
    router: {
      findTarget: (host) => (host in ports ? { clusterId: host, isHttpsOnly: false } : null),
      async open(clusterId) {
        const port = ports[clusterId];
        if (port == null) return null;
        return {
          stream: new SocketStream(connect({ port, host: '127.0.0.1', allowHalfOpen: true })),
          pathId: 'w',
          isUsable: () => true,
        };
      },
      findChallenge: () => null,
      isDraining: () => false,
      isReady: () => true,
    },
    limits: { ...EDGE_LIMITS, ...limits },
    events: {
      request: () => undefined,
      refused: () => undefined,
      retried: () => undefined,
      bytes: () => undefined,
      failed: (error: unknown) => {
        throw error;
      },
    },
  });
  edge.server.listen(0, '127.0.0.1');
  await once(edge.server, 'listening');
  ends.push(() => edge.close());
  return (edge.server.address() as AddressInfo).port;
}

async function tlsEcho(): Promise<number> {
  const server = createTlsServer(
    { ...certificate, allowHalfOpen: true },
    (socket) => void socket.pipe(socket),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** The first flight of a real client. */
async function captureHello(options: { servername?: string; maxVersion?: 'TLSv1.2' } = {}): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectTls({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

async function answerTo(port: number, pieces: readonly Buffer[]): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  ends.push(() => socket.destroy());
  for (const piece of pieces) await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Re-cuts the one record of a hello into several. */
function recut(hello: Buffer, size: number): Buffer {
  const records = [];
  for (let at = 5; at < hello.length; at += size) {
    const part = hello.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('parseClientHello', () => {
  it('finds the server name whatever the segments and records', async () => {
    const hello = await captureHello({ servername: 'Shop.Example.test' });
    const found = { state: 'hello', serverName: 'shop.example.test' };
    expect(parseClientHello(hello)).toEqual(found);
    for (let end = 0; end < hello.length; end += 1) {
      expect(parseClientHello(hello.subarray(0, end)).state).toBe('incomplete');
    }
    expect(parseClientHello(recut(hello, 50))).toEqual(found);
    expect(parseClientHello(recut(hello, 1))).toMatchObject({
      state: 'refused',
      alert: TLS_ALERT.decodeError,
    });
  });

  it('routes by the outer name where Encrypted ClientHello is greased', async () => {
    const hello = await captureHello({ servername: 'a.test' });
    const grease = Buffer.concat([Buffer.from([0xfe, 0x0d, 0, 40]), randomBytes(40)]);
    const greased = Buffer.concat([hello, grease]);
    greased.writeUInt16BE(greased.length - 5, 3);
    greased.writeUIntBE(greased.length - 9, 6, 3);
    const sessionId = 9 + 34;
    const suites = sessionId + 1 + hello[sessionId]!;
    const extensions = suites + 2 + hello.readUInt16BE(suites) + 2;
    greased.writeUInt16BE(hello.readUInt16BE(extensions) + grease.length, extensions);
    expect(parseClientHello(greased)).toEqual({ state: 'hello', serverName: 'a.test' });
  });

  it('looks at nothing behind the hello: early data may follow in the same segment', async () => {
    const hello = await captureHello({ servername: 'a.test' });
    const changeCipherSpec = Buffer.from([20, 3, 3, 0, 1, 1]);
    const behind = [changeCipherSpec, Buffer.from([23, 3, 3, 0, 2, 7, 7]), Buffer.from('no record at all')];
    for (const first of [hello, recut(hello, 100)]) {
      for (const rest of behind) {
        const found = parseClientHello(Buffer.concat([first, rest]));
        expect(found).toEqual({ state: 'hello', serverName: 'a.test' });
      }
    }
    const early = Buffer.concat([hello, ...behind]);
    const raw = createServer((socket) => void socket.pipe(socket));
    raw.listen(0, '127.0.0.1');
    await once(raw, 'listening');
    ends.push(() => raw.close());
    const client = connect(await edgeTo({ 'a.test': (raw.address() as AddressInfo).port }), '127.0.0.1');
    ends.push(() => client.destroy());
    client.end(early);
    expect(Buffer.concat(await client.toArray()).equals(early)).toBe(true);
  });

  it('never throws, whatever the bytes', async () => {
    const hello = await captureHello({ servername: 'a.test' });
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(hello);
      for (let flips = 0; flips < 1 + (round % 4); flips += 1) {
        const at = Math.floor(Math.random() * bytes.length);
        bytes[at] = Math.floor(Math.random() * 256);
      }
      expect(['hello', 'incomplete', 'refused']).toContain(parseClientHello(bytes).state);
    }
  });
});

describe('the TLS edge', () => {
  it('carries a TLS session end to end without holding its key, with half-close', async () => {
    const port = await edgeTo({ 'a.test': await tlsEcho() });
    const client = connectTls({ port, host: '127.0.0.1', servername: 'a.test', rejectUnauthorized: false });
    client.allowHalfOpen = true;
    let subject: string | undefined;
    client.on('secureConnect', () => (subject = client.getPeerX509Certificate()?.subject));
    const payload = randomBytes(3_000_000);
    client.end(payload);
    const chunks: Buffer[] = [];
    for await (const chunk of client) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(payload)).toBe(true);
    expect(subject).toBe('CN=a.test');
  });

  it('carries HTTP/2', async () => {
    const server = createSecureServer(certificate, (request, response) => response.end(`h2 ${request.url}`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    const port = await edgeTo({ 'a.test': (server.address() as AddressInfo).port });
    const session = connectHttp2(`https://127.0.0.1:${port}`, {
      servername: 'a.test',
      rejectUnauthorized: false,
    });
    const texts = await Promise.all(
      ['/1', '/2', '/3'].map(async (path) => {
        const stream = session.request({ ':path': path });
        let text = '';
        for await (const chunk of stream) text += String(chunk);
        return text;
      }),
    );
    expect(texts).toEqual(['h2 /1', 'h2 /2', 'h2 /3']);
    await new Promise<void>((resolve) => session.close(resolve));
  });

  it('answers the right alert', async () => {
    const port = await edgeTo({ 'a.test': null });
    const hello = await captureHello({ servername: 'a.test' });
    const oversized = Buffer.concat([
      Buffer.from([22, 3, 1, 0x40, 0, 1, 0, 0x70, 0]),
      randomBytes(CLIENT_HELLO_BYTES_MAX),
    ]);
    const cases: [string, Buffer, number][] = [
      ['unknown name', await captureHello({ servername: 'b.test' }), TLS_ALERT.unrecognizedName],
      ['no name', await captureHello(), TLS_ALERT.missingExtension],
      ['no name, TLS 1.2', await captureHello({ maxVersion: 'TLSv1.2' }), TLS_ALERT.handshakeFailure],
      ['no live tunnel', hello, TLS_ALERT.internalError],
      ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), TLS_ALERT.unexpectedMessage],
      ['record too long', Buffer.from([22, 3, 1, 0xff, 0xff, 1]), TLS_ALERT.recordOverflow],
      ['oversized hello', oversized, TLS_ALERT.unexpectedMessage],
    ];
    const sent = await Promise.all(
      cases.map(async ([name, bytes]) => [name, await answerTo(port, [bytes])] as const),
    );
    expect(sent.slice(0, 6)).toEqual(
      cases.slice(0, 6).map(([name, , alert]) => [name, tlsAlert(alert as 10)]),
    );
    expect(sent[6]?.[1][0]).toBe(21);
  });

  it('routes a hello that comes byte by byte, and ends one that never comes', async () => {
    const port = await edgeTo({ 'a.test': null }, { headMs: 400 });
    const hello = await captureHello({ servername: 'a.test' });
    expect(
      await answerTo(
        port,
        [...hello].map((byte) => Buffer.from([byte])),
      ),
    ).toEqual(tlsAlert(TLS_ALERT.internalError));
    expect(await answerTo(port, [hello.subarray(0, 40)])).toEqual(Buffer.alloc(0));
  });
});
