import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { certificateFile } from './certificates.ts';
import { digest, fieldsOf, linesOf } from './fields.ts';
import { addressOf, type Behaviour, type Field, type Received, type Role } from './fixture.ts';

const DEFAULT: Behaviour = {};

/** The servers behind one fixture's routes, which record what they receive. */
export class Upstreams {
  readonly ports = new Map<Role, number>();
  #behaviour: Readonly<Record<Role, Behaviour>> = {};
  #received: Received[] = [];
  #breaksLeft = new Map<Role, number>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #onReceived: (() => void) | null = null;
  #responses = 0;
  readonly #waiting = new Set<() => void>();

  async listen(roles: readonly Role[]): Promise<void> {
    for (const role of roles) {
      const server = this.#createServer(role);
      server.listen(0, addressOf(role));
      await once(server, 'listening');
      this.ports.set(role, (server.address() as AddressInfo).port);
    }
  }

  /** Sets how the servers respond from now on, and forgets what they received. */
  expect(behaviour: Readonly<Record<Role, Behaviour>>): void {
    this.#behaviour = behaviour;
    this.#received = [];
    this.#responses = 0;
    this.#breaksLeft = new Map(Object.entries(behaviour).map(([role, { breaks = 0 }]) => [role, breaks]));
  }

  /** Counts a response that the client has got, for servers that wait for it. */
  noteResponse(): void {
    this.#responses++;
    for (const proceed of this.#waiting) proceed();
  }

  /** Requests received since the last `expect`. */
  get received(): readonly Received[] {
    return this.#received.toSorted((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
  }

  /** Waits until a role has received so many requests, at most `timeoutMs`. */
  async receivedBy(role: Role, count: number, timeoutMs: number): Promise<void> {
    const hasAll = (): boolean => this.#received.filter((item) => item.role === role).length >= count;
    const end = AbortSignal.timeout(timeoutMs);
    while (!hasAll() && !end.aborted) {
      await new Promise<void>((resolve) => {
        this.#onReceived = resolve;
        end.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.#onReceived = null;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #createServer(role: Role): Server {
    const onRequest = (req: IncomingMessage, res: ServerResponse): void => {
      this.#record(role, req).then(
        () => this.#awaitResponses(role).then(() => this.#respond(role, req, res)),
        () => res.destroy(),
      );
    };
    const server = createServerOf(role, onRequest);
    server.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
      void this.#record(role, req).then(() => this.#switchProtocols(role, req, socket));
    });
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#servers.push(server);
    return server;
  }

  async #record(role: Role, req: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    if (req.headers.upgrade === undefined || req.httpVersionMajor === 2) {
      for await (const chunk of req) chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks);
    const trailers = linesOf(fieldsOf(req.rawTrailers ?? []));
    this.#received.push({
      role,
      method: req.method ?? '',
      target: req.url ?? '',
      headers: linesOf(fieldsOf(req.rawHeaders)),
      ...(body.length === 0 ? {} : { body: digest(body) }),
      ...(trailers.length === 0 ? {} : { trailers }),
    });
    this.#onReceived?.();
  }

  #respond(role: Role, req: IncomingMessage, res: ServerResponse): void {
    const behaviour = this.#behaviour[role] ?? DEFAULT;
    if (this.#takeBreak(role)) {
      req.socket.destroy();
      return;
    }
    const {
      status = 200,
      headers = [['Content-Type', 'text/plain']],
      body = role,
      trailers = [],
    } = behaviour;
    if (behaviour.earlyHints !== undefined) res.writeEarlyHints({ link: behaviour.earlyHints });
    const hasBody = status !== 204 && status !== 304;
    const bytes = Buffer.from(body, 'latin1');
    const framed: Field[] = [...headers];
    if (trailers.length > 0) framed.push(['Trailer', trailers.map(([name]) => name).join(', ')]);
    else if (hasBody) framed.push(['Content-Length', String(bytes.length)]);
    if (req.httpVersionMajor === 2) res.writeHead(status, Object.fromEntries(framed));
    else res.writeHead(status, framed.flat());
    if (trailers.length > 0)
      res.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    res.end(hasBody ? bytes : undefined);
  }

  async #awaitResponses(role: Role): Promise<void> {
    const { waitsFor = 0 } = this.#behaviour[role] ?? DEFAULT;
    while (this.#responses < waitsFor) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
    }
  }

  #takeBreak(role: Role): boolean {
    const left = this.#breaksLeft.get(role) ?? 0;
    this.#breaksLeft.set(role, left - 1);
    return left > 0;
  }

  /** Switches to a protocol that echoes what it gets. */
  #switchProtocols(role: Role, req: IncomingMessage, socket: Duplex): void {
    const { status = 101, headers = [] } = this.#behaviour[role] ?? DEFAULT;
    if (status !== 101) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno`);
      return;
    }
    const lines = [['Connection', 'Upgrade'], ['Upgrade', req.headers.upgrade ?? ''], ...headers];
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`,
    );
    socket.pipe(socket);
  }
}

function createServerOf(role: Role, onRequest: (req: IncomingMessage, res: ServerResponse) => void): Server {
  const options = { requireHostHeader: false, keepAliveTimeout: 60_000, maxHeaderSize: 128 * 1024 };
  if (role.startsWith('tls')) {
    const [cert, key] = [certificateFile('upstream.crt'), certificateFile('upstream.key')];
    return createHttpsServer({ ...options, cert, key }, onRequest);
  }
  if (!role.startsWith('h2c')) return createServer(options, onRequest);
  // The compatibility API of HTTP/2 has the members used here.
  return createHttp2Server((req, res) =>
    onRequest(req as unknown as IncomingMessage, res as unknown as ServerResponse),
  );
}
