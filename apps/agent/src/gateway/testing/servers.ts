import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { pino } from 'pino';
import type { Model } from '@portolan/resources/model/model';
import { Gateway } from '../gateway.ts';
import type { FinishedExchange } from '../exchange/finished-exchange.ts';
import type { GatewayOptions } from '../options.ts';
import { portOf } from './models.ts';

/** Starts a real HTTP server for the length of one test. */
export async function upstream(listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer({ maxHeaderSize: 128 * 1024 }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: portOf(server), server };
}

/** Starts a server that responds with the request it got, as JSON. */
export function echo(): Promise<{ port: number; server: Server }> {
  return upstream((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      res.setHeader('content-type', 'application/json');
      res.end(
        JSON.stringify({
          method: req.method,
          url: req.url,
          headers: req.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
}

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly port: number;
  readonly httpsPort: number;
  readonly authPort: number;
  readonly records: FinishedExchange[];
  readonly logs: string[];
}

export async function startGateway(
  model: Model,
  options: Partial<GatewayOptions> = {},
): Promise<RunningGateway> {
  const records: FinishedExchange[] = [];
  const logs: string[] = [];
  const gateway = new Gateway({
    listen: { http: { host: '127.0.0.1', port: 0 } },
    logger: pino({ level: 'debug' }, { write: (line: string) => void logs.push(line) }),
    metrics: { record: (request) => void records.push(request) },
    ...options,
  });
  gateway.swap(model);
  const { http, https, auth } = await gateway.start();
  onTestFinished(() => gateway.stop(0));
  return {
    gateway,
    port: http?.port ?? 0,
    httpsPort: https?.port ?? 0,
    authPort: auth?.port ?? 0,
    records,
    logs,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly trailers: NodeJS.Dict<string>;
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Question {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/** Sends one request on a new connection. */
export async function ask(port: number, question: Question = {}): Promise<Answer> {
  const req = request({
    host: '127.0.0.1',
    port,
    path: question.path ?? '/',
    method: question.method ?? 'GET',
    headers: question.headers ?? {},
    agent: false,
  });
  // A connection that is reset in the middle of a response is an error of both.
  req.on('error', () => undefined);
  req.end(question.body);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return readAnswer(res);
}

export async function readAnswer(res: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return {
    status: res.statusCode ?? 0,
    headers: res.headers,
    rawHeaders: res.rawHeaders,
    trailers: res.trailers,
    body: bytes.toString(),
    bytes,
  };
}

/** Sends bytes as they are and returns everything that comes back until the server closes. */
export async function askRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A response that is cut short is a reset, which `once` would reject with.
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('latin1');
}
