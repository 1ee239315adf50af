import { once } from 'node:events';
import { request as createRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { digest, fieldsOf, linesOf } from './fields.ts';
import type { Field, Request } from './fixture.ts';

const TIMEOUT_MS = 20_000;
const HEADER_BYTES_MAX = 128 * 1024;
const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};
const ADDRESS = { trusted: '127.0.0.2', other: '127.0.0.1' };

export interface Doors {
  readonly http: number;
  readonly https: number;
  /** Of the client that shows a certificate, in PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

export interface Response {
  /** 0 when the connection was closed without a response. */
  readonly status: number;
  readonly fields: readonly Field[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly interim: readonly number[];
}

const CLOSED: Response = { status: 0, fields: [], body: '', trailers: [], interim: [] };

/** Sends a request on a connection of its own and reads the response to its end. */
export async function send(doors: Doors, request: Request, cookie: string | null): Promise<Response> {
  const headers: Field[] = [
    ...(request.headers ?? []),
    ...(cookie === null ? [] : [['Cookie', cookie] as const]),
  ];
  const { via = 'http' } = request;
  let socket: Socket;
  try {
    socket = await openConnection(doors, request);
  } catch {
    return CLOSED;
  }
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  // A server may close right after the handshake.
  if (socket.destroyed) return CLOSED;
  try {
    return via === 'http' || via === 'https'
      ? await sendHttp1(socket, request, headers)
      : await sendHttp2(socket, request, headers);
  } catch {
    return CLOSED;
  } finally {
    socket.destroy();
  }
}

async function openConnection(doors: Doors, request: Request): Promise<Socket> {
  const { via = 'http' } = request;
  const isTls = via === 'https' || via === 'h2';
  const localAddress = request.isTrusted === true ? ADDRESS.trusted : ADDRESS.other;
  const socket = connect({ host: '127.0.0.1', port: isTls ? doors.https : doors.http, localAddress });
  await once(socket, 'connect');
  if (!isTls) return socket;
  const secured = connectTls({
    socket,
    servername: request.serverName ?? serverNameOf(request.host ?? ''),
    ALPNProtocols: via === 'h2' ? ['h2'] : ['http/1.1'],
    rejectUnauthorized: false,
    ...(request.tlsMax === undefined ? {} : { maxVersion: request.tlsMax }),
    ...(request.hasCertificate === true ? doors.certificate : {}),
  });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  const closed = once(secured, 'close').then(() => Promise.reject(new Error('no handshake')));
  await Promise.race([once(secured, 'secureConnect'), closed]);
  return secured;
}

/** RFC 6066 §3: without port and trailing dot. */
function serverNameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/\.$/, '');
}

/** Writes the request's bytes itself, since Node's client sends neither malformed nor repeated fields, and lets Node read the response. */
async function sendHttp1(socket: Socket, request: Request, headers: readonly Field[]): Promise<Response> {
  const { method = 'GET' } = request;
  const connection = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(),
  });
  connection.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => connection.push(chunk));
  socket.on('end', () => connection.push(null));
  socket.on('close', () => connection.destroy(new Error('the connection was closed')));
  const req = createRequest({ method, maxHeaderSize: HEADER_BYTES_MAX, createConnection: () => connection });
  // Data after the response, such as content that answers HEAD.
  req.on('error', () => undefined);
  const interim: number[] = [];
  req.on('information', ({ statusCode }) => interim.push(statusCode));
  const upgraded = new Promise<Response>((resolve) => {
    req.on('upgrade', (res: IncomingMessage) => void echoed(socket, res).then(resolve));
  });
  req.end();
  socket.write(bytesOf(request, headers), 'latin1');
  const responded = once(req, 'response').then(([res]) => readResponse(res as IncomingMessage, interim));
  return await Promise.race([responded, upgraded]);
}

async function readResponse(res: IncomingMessage, interim: readonly number[]): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  return {
    status: res.statusCode ?? 0,
    fields: fieldsOf(res.rawHeaders),
    body: digest(decoded(Buffer.concat(chunks), res.headers['content-encoding'])),
    trailers: linesOf(fieldsOf(res.rawTrailers)),
    interim,
  };
}

/** Compressors differ in their bytes, so what they hold is compared. */
function decoded(bytes: Buffer, encoding: string | undefined): Buffer {
  const decode = encoding === undefined ? undefined : DECODERS[encoding];
  try {
    return decode === undefined ? bytes : decode(bytes);
  } catch {
    return bytes;
  }
}

async function echoed(socket: Socket, res: IncomingMessage): Promise<Response> {
  const data = once(socket, 'data');
  socket.write('ping');
  const [chunk] = (await data) as [Buffer];
  return { ...CLOSED, status: 101, fields: fieldsOf(res.rawHeaders), body: digest(chunk) };
}

function bytesOf(request: Request, headers: readonly Field[]): string {
  const { method = 'GET', target, version = '1.1', host, body, trailers } = request;
  const lines: Field[] = [
    ...(host === null || host === undefined ? [] : [['Host', host] as const]),
    ...headers,
  ];
  if (trailers !== undefined) lines.push(['Transfer-Encoding', 'chunked']);
  else if (body !== undefined) lines.push(['Content-Length', String(body.length)]);
  const head = `${method} ${target} HTTP/${version}\r\n${fieldLines(lines)}\r\n`;
  if (trailers === undefined) return `${head}${body ?? ''}`;
  const chunk = body === undefined || body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
  return `${head}${chunk}0\r\n${fieldLines(trailers)}\r\n`;
}

function fieldLines(fields: readonly Field[]): string {
  return fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

async function sendHttp2(socket: Socket, request: Request, headers: readonly Field[]): Promise<Response> {
  const session: ClientHttp2Session = connectHttp2('http://localhost', { createConnection: () => socket });
  session.on('error', () => socket.destroy());
  try {
    const { method = 'GET', target, host, body, trailers } = request;
    const grouped: Record<string, string | string[]> = {};
    for (const [name, value] of headers) {
      const lower = name.toLowerCase();
      const known = grouped[lower];
      grouped[lower] = known === undefined ? value : [known, value].flat();
    }
    const stream = session.request(
      {
        ...grouped,
        ':method': method,
        ':path': target,
        ':scheme': request.via === 'h2' ? 'https' : 'http',
        ...(host === null || host === undefined ? {} : { ':authority': host }),
      },
      { endStream: body === undefined && trailers === undefined, waitForTrailers: trailers !== undefined },
    );
    stream.on('wantTrailers', () => stream.sendTrailers(Object.fromEntries(trailers ?? [])));
    if (body !== undefined || trailers !== undefined) stream.end(body);
    const trailing: Field[] = [];
    stream.on('trailers', (_fields, _flags, raw: string[]) => trailing.push(...fieldsOf(raw)));
    const closed = once(stream, 'close').then(() => Promise.reject(new Error('no response')));
    const [fields, , raw] = (await Promise.race([once(stream, 'response'), closed])) as [
      IncomingHttpHeaders,
      number,
      string[],
    ];
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return {
      status: Number(fields[':status']),
      fields: fieldsOf(raw).filter(([name]) => !name.startsWith(':')),
      body: digest(Buffer.concat(chunks)),
      trailers: linesOf(trailing),
      interim: [],
    };
  } finally {
    session.destroy();
  }
}
