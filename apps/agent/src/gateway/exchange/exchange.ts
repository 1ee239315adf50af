import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import type { Route } from '@portolan/resources/model/model';
import type { Identity, RequestFacts } from '@portolan/resources/model/request';
import type { HeaderList } from '../http/header-list.ts';
import type { RequestTarget } from '../http/request-target.ts';
import type { Stage } from '../stage.ts';
import type { RoutingTable } from '../routing-table.ts';
import type { GatewayRuntime } from '../runtime.ts';

export type ClientRequest = IncomingMessage | Http2ServerRequest;
export type ClientResponse = ServerResponse | Http2ServerResponse;

/** What is known of the connection a request came on. */
export interface Client {
  readonly address: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** Its X-Forwarded-* fields are believed. */
  readonly isTrusted: boolean;
}

interface AddedFields {
  /** Index of the stage. */
  readonly stage: number;
  readonly headers: HeaderList;
}

const NO_FIELDS: readonly AddedFields[] = [];

/** Changes to header fields by lower-case name: other values, or null to delete the field. */
export type FieldEdits = Map<string, { readonly name: string; readonly values: readonly string[] } | null>;

/** One request and the answer to it, from first header to last byte. */
export class Exchange implements RequestFacts {
  readonly req: ClientRequest;
  readonly res: ClientResponse;
  readonly client: Client;
  readonly table: RoutingTable;
  readonly runtime: GatewayRuntime;
  readonly startedAt = performance.now();
  /** Where `StallWatch` keeps it. */
  place = 0;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Without its `?`. */
  readonly query: string;
  /** With its `?`, which alone is something too. */
  readonly search: string;
  readonly hasBody: boolean;

  route: Route | null = null;
  stages: readonly Stage[] = [];
  /** Response hooks still to run: those of the first so many stages, in reverse order. */
  responseHooksLeft = 0;
  /** Stages that have started; `onDone` of each is called at the end. */
  stagesStarted = 0;
  identity: Identity | null = null;

  /** Path and query, with its `?`, for the upstream; middlewares rewrite them. */
  targetPath: string;
  targetSearch: string;
  /** Changes to the client's header fields; null until there is one. */
  headerEdits: FieldEdits | null = null;
  /** What was taken off the front of the path; the upstream hears of it in X-Forwarded-Prefix. */
  forwardedPrefix = '';
  /** Fields that stages add to the response, whatever it will be, when it passes them. */
  addedFields: readonly AddedFields[] = NO_FIELDS;
  /** The request body when a middleware had to read it. */
  bufferedBody: Buffer | null = null;
  /** Attempts left, and the pause before the first of them. */
  retry: { attempts: number; initialIntervalMs: number } | null = null;
  responseBytesMax = 0;

  bytesIn = 0;
  bytesOut = 0;
  service: string | null = null;
  /** No upstream could be reached, or it broke off. */
  hasNetworkError = false;
  /** The answer is complete or the client has gone. */
  isClosed = false;
  /** A connection to be switched to another protocol, with the bytes read past the request. */
  upgrade: { readonly socket: Duplex; readonly head: Buffer } | null = null;
  /** Both connections speak another protocol now. */
  isSwitched = false;
  onSwitchedEnd: (() => void) | null = null;
  expectsContinue = false;
  onFinished: (() => void) | null = null;
  abortUpstream: ((reason: Error) => void) | null = null;

  constructor(
    io: { req: ClientRequest; res: ClientResponse },
    client: Client,
    target: RequestTarget,
    table: RoutingTable,
  ) {
    this.req = io.req;
    this.res = io.res;
    this.client = client;
    this.table = table;
    this.runtime = table.runtime;
    this.method = io.req.method ?? 'GET';
    this.host = target.authority ?? authorityOf(io.req);
    this.path = target.path;
    this.search = target.search;
    this.query = target.search.slice(1);
    this.targetPath = target.path;
    this.targetSearch = target.search;
    this.hasBody = announcesBody(io.req);
  }

  get scheme(): 'http' | 'https' {
    const claimed = this.client.isTrusted ? this.req.headers['x-forwarded-proto'] : undefined;
    if (claimed === 'https' || claimed === 'wss') return 'https';
    return claimed === 'http' || claimed === 'ws' ? 'http' : this.client.scheme;
  }

  get clientIp(): string {
    return this.client.address;
  }

  /** As the client sent it, unless a middleware has changed it since. */
  header(name: string): string | undefined {
    if (this.headerEdits !== null) {
      const edit = this.headerEdits.get(name.toLowerCase());
      if (edit !== undefined) return edit?.values.join(', ');
    }
    const value = this.req.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Replaces every field of that name, however spelled; a list becomes a field for each value. */
  setRequestHeader(name: string, value: string | readonly string[]): void {
    this.headerEdits ??= new Map();
    this.headerEdits.set(name.toLowerCase(), { name, values: typeof value === 'string' ? [value] : value });
  }

  deleteRequestHeader(name: string): void {
    this.headerEdits ??= new Map();
    this.headerEdits.set(name.toLowerCase(), null);
  }

  /** Adds fields to the response when it passes the stage that is running. */
  addResponseFields(headers: HeaderList): void {
    const added = { stage: this.responseHooksLeft - 1, headers };
    this.addedFields = this.addedFields === NO_FIELDS ? [added] : [...this.addedFields, added];
  }

  /** The request body on its way to an upstream: a stream of its own, so that giving it up does not close the client's connection. */
  get body(): Readable {
    // Its reader hears of errors in its own way; the stream must not raise them a second time.
    this.#body ??= this.req.pipe(new PassThrough().on('error', () => undefined));
    return this.#body;
  }

  /** Tells a client that waits for it to send its body. */
  continueBody(): void {
    if (!this.expectsContinue || this.isClosed || this.res.headersSent) return;
    this.expectsContinue = false;
    this.res.writeContinue();
  }

  /** Path and query of the client's URL. */
  get uri(): string {
    return this.path + this.search;
  }

  /** Path and query as the upstream would get them now. */
  get targetUri(): string {
    return this.targetPath + this.targetSearch;
  }

  /** The client's URL. */
  get url(): string {
    return `${this.scheme}://${this.host}${this.uri}`;
  }

  get cookies(): ReadonlyMap<string, string> {
    this.#cookies ??= parseCookies(this.header('cookie'));
    return this.#cookies;
  }

  #body: Readable | null = null;
  #cookies: Map<string, string> | null = null;
}

function authorityOf(req: ClientRequest): string {
  const authority = req.headers[':authority'];
  return typeof authority === 'string' ? authority : (req.headers.host ?? '');
}

/** RFC 9112 §6.3: a request has a body if and only if it announces one. */
function announcesBody(req: ClientRequest): boolean {
  if ('stream' in req) return !req.stream.endAfterHeaders;
  const length = req.headers['content-length'];
  return (length !== undefined && length !== '0') || req.headers['transfer-encoding'] !== undefined;
}

function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    const name = pair.slice(0, equals).trim();
    if (!cookies.has(name))
      cookies.set(
        name,
        pair
          .slice(equals + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      );
  }
  return cookies;
}
