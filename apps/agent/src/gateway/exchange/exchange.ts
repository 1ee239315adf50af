import { PassThrough, type Duplex, type Readable, type Transform } from 'node:stream';
import type { Route, Target } from '@portolan/resources/model/model';
import type { ServiceTarget } from '@portolan/resources/model/service';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import { escapeByte } from '@portolan/resources/rules/path';
import type { Identity, RequestFacts } from '@portolan/resources/model/request';
import type { Logger } from 'pino';
import type { AuxiliaryClient } from '../http/auxiliary-client.ts';
import type { HeaderList } from '../http/header-list.ts';
import type { GatewayLimits } from '../http/limits.ts';
import {
  announcesBody,
  authorityOf,
  parseCookies,
  type ClientRequest,
  type ClientResponse,
} from '../http/messages.ts';
import type { Reply } from '../http/reply.ts';
import type { RefusalReason, ResponseSource } from './response-source.ts';
import type { RequestTarget } from '../http/request-target.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { RedisStores } from '../limits/redis-stores.ts';
import type { Handshake } from '../tls/demands.ts';
import { requestIdOf, traceContext, type TraceContext, type TraceSettings } from '../trace/trace-context.ts';
import type { Upstream } from '../upstreams/upstream.ts';

/** The connection a request came on. */
export interface Client {
  /** Without brackets; IPv4 in dotted form, also where the socket is dual-stack. */
  readonly address: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** It is one of `--trusted-proxies`: its X-Forwarded-* fields are used. */
  readonly isTrusted: boolean;
  /** Null without TLS. */
  readonly handshake: Handshake | null;
}

/** The endpoints of one target, and whose turn it is. */
export interface ResolvedTarget {
  readonly upstreams: readonly Upstream[];
  /** Only for clients whose sticky cookie names one. */
  readonly draining: readonly Upstream[];
  turn: number;
}

/** What an exchange needs of the gateway: one model, and what outlives models. */
export interface ExchangeContext {
  readonly limits: GatewayLimits;
  readonly logger: Logger;
  /** Stopping: connections close after the response they are sending. */
  readonly isDraining: boolean;
  readonly apiAuth: ApiAuth;
  readonly tracing: TraceSettings;
  resolve(target: ServiceTarget): ResolvedTarget;
  /** How far each Service of a weighted one is behind its share; changed by each choice. */
  shares(target: WeightedTargets): number[];
}

export type WeightedTargets = Extract<Target, { kind: 'weighted' }>;

/** The head of a response on its way to the client; stages edit it in place. */
export interface ResponseHead {
  status: number;
  readonly headers: HeaderList;
  /** Whether content follows. */
  readonly hasBody: boolean;
  /** What the content streams through on its way, in order; stages add to it. */
  readonly transforms: Transform[];
  /** Set by a stage that replaces this response, whose content is then discarded. */
  replacement: Promise<Reply> | null;
}

/** One step of a route's request handling, created once for a route and used by all its requests. */
export interface Stage {
  /** Returns `undefined` to let the request pass, else the response. */
  onRequest?(exchange: Exchange): Reply | undefined | Promise<Reply | undefined>;
  /** Called with the head of every response that passes, whatever it comes from; innermost stage first. */
  onResponse?(exchange: Exchange, head: ResponseHead): void;
  /** Called once for each request that started the stage, after its last byte. */
  onDone?(exchange: Exchange, status: number): void;
}

/** What stages are created with. */
export interface StageServices {
  readonly logger: Logger;
  /** For requests of the gateway itself, such as those to authentication servers. */
  readonly auxiliary: AuxiliaryClient;
  readonly limiter: Limiter;
  /** Redis servers that middlewares name. */
  readonly stores: RedisStores;
}

/** Changes to header fields by lower-case name: other values, or null to delete the field. */
export type FieldEdits = Map<string, { readonly name: string; readonly values: readonly string[] } | null>;

interface AddedFields {
  /** Index of the stage that adds them. */
  readonly stage: number;
  readonly headers: HeaderList;
}

const NO_FIELDS: readonly AddedFields[] = [];

/** One request and its response, from first header to last byte. */
export class Exchange implements RequestFacts {
  readonly req: ClientRequest;
  readonly res: ClientResponse;
  readonly client: Client;
  readonly context: ExchangeContext;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt = performance.now();
  /** Index in the list of `StallWatch`. */
  runningIndex = 0;
  readonly method: string;
  readonly host: string;
  /** Clean (see `cleanPath`). */
  readonly path: string;
  /** Without its `?`. */
  readonly query: string;
  /** With its `?`, which is part of the URI even alone. */
  readonly search: string;
  readonly hasBody: boolean;
  /** In every response and for every server behind. */
  readonly requestId: string;
  readonly trace: TraceContext | null;

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
  /** Prefix taken off the path, for X-Forwarded-Prefix. */
  forwardedPrefix = '';
  /** Fields that stages add to the response, whatever it will be, when it passes them. */
  addedFields: readonly AddedFields[] = NO_FIELDS;
  /** The request body where a middleware had to read it. */
  bufferedBody: Buffer | null = null;
  /** Attempts left, and the pause before the first of them. */
  retry: { attempts: number; initialIntervalMs: number } | null = null;
  /** Largest response content to hold back and check; 0 = stream it. */
  responseBytesMax = 0;

  bytesIn = 0;
  bytesOut = 0;
  /** See `FinishedExchange`. */
  edgeOpenedAt: number | null = null;
  /** What made the response; of a request without one, what would have. */
  source: ResponseSource = 'gateway';
  /** Why the gateway refused the request; the first reason, where an error page replaced the response. */
  refusal: RefusalReason | null = null;
  /** What finding out the caller took, in milliseconds. */
  authMs = 0;
  /** Attempts to reach an upstream. */
  attempts = 0;
  /** First attempt and last byte of the upstream's response, in milliseconds of `performance.now()`; 0 = not yet. */
  readonly upstreamTimes = { startedAt: 0, endedAt: 0 };
  /** Origin of the endpoint that was asked last. */
  upstreamOrigin: string | null = null;
  /** `namespace/name` of the Service that was asked. */
  service: string | null = null;
  /** The response goes on for as long as there is something to tell: Server-Sent Events. */
  isEventStream = false;
  /** No upstream could be reached, or the connection to it broke. */
  hasNetworkError = false;
  /** The response is complete or the client has gone. */
  isClosed = false;
  /** A connection to be switched to another protocol, with the bytes read past the request. */
  upgrade: { readonly socket: Duplex; readonly head: Buffer } | null = null;
  /** Both connections speak another protocol now. */
  isSwitched = false;
  onSwitchedEnd: (() => void) | null = null;
  /** The client waits for 100 (Continue) before it sends the body. */
  expectsContinue = false;
  onFinished: (() => void) | null = null;
  abortUpstream: ((reason: Error) => void) | null = null;

  #body: Readable | null = null;
  #cookies: Map<string, string> | null = null;

  constructor(
    { req, res }: { readonly req: ClientRequest; readonly res: ClientResponse },
    client: Client,
    target: RequestTarget,
    context: ExchangeContext,
  ) {
    this.req = req;
    this.res = res;
    this.client = client;
    this.context = context;
    this.method = req.method ?? 'GET';
    this.host = target.authority ?? authorityOf(req);
    this.path = target.path;
    this.search = target.search;
    this.query = target.search.slice(1);
    this.targetPath = target.path;
    this.targetSearch = target.search;
    this.hasBody = announcesBody(req);
    const { headers } = req;
    this.requestId = requestIdOf(textOf(headers['x-request-id']), client.isTrusted);
    this.trace = traceContext(
      {
        traceparent: textOf(headers['traceparent']),
        tracestate: textOf(headers['tracestate']),
        isTrusted: client.isTrusted,
      },
      context.tracing,
    );
  }

  get scheme(): 'http' | 'https' {
    const claimed = this.client.isTrusted ? this.req.headers['x-forwarded-proto'] : undefined;
    if (claimed === 'https' || claimed === 'wss') return 'https';
    return claimed === 'http' || claimed === 'ws' ? 'http' : this.client.scheme;
  }

  get clientIp(): string {
    return this.client.address;
  }

  /** Path and query of the client's URL. */
  get uri(): string {
    return this.path + this.search;
  }

  /** Path and query as the upstream would get them now. */
  get targetUri(): string {
    return this.targetPath + this.targetSearch;
  }

  /** The client's URL, with bytes of its query that no URI has escaped. */
  get url(): string {
    return this.#urlOf(this.uri);
  }

  /** The URL with path and query as the middlewares have left them. */
  get targetUrl(): string {
    return this.#urlOf(this.targetUri);
  }

  #urlOf(uri: string): string {
    return `${this.scheme}://${this.host}${uri.replace(/[^\x21-\x7e]/g, escapeByte)}`;
  }

  /** Returns a field as the middlewares have left it, several joined by commas; undefined where there is none. */
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

  /** The request body for an upstream: a stream whose destruction leaves the client's connection open. */
  get body(): Readable {
    // Errors reach its reader in another way; the stream must not raise them a second time.
    this.#body ??= this.req.pipe(new PassThrough().on('error', () => undefined));
    return this.#body;
  }

  /** Sends 100 (Continue) to a client that waits for it. */
  continueBody(): void {
    if (!this.expectsContinue || this.isClosed || this.res.headersSent) return;
    this.expectsContinue = false;
    this.res.writeContinue();
  }

  /** By name; of several of one name the first. */
  get cookies(): ReadonlyMap<string, string> {
    this.#cookies ??= parseCookies(this.header('cookie'));
    return this.#cookies;
  }
}

/** A field that came several times is joined by commas, which no trace or request id has. */
function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
