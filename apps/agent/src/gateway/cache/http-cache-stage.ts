import type { Middleware } from '@portolan/resources/model/middleware';
import type { Route } from '@portolan/resources/model/model';
import type { Exchange, ResponseHead, Stage } from '../exchange/exchange.ts';
import { HOP_BY_HOP, traitsOf } from '../http/fields.ts';
import { getHeader, listHeader, setHeader, type HeaderList } from '../http/header-list.ts';
import { emptyReply, type Reply } from '../http/reply.ts';
import { parseCacheControl, type CacheControl } from './cache-control.ts';
import { Capture } from './capture.ts';
import { freshnessOf, isFresh, isStorable } from './freshness.ts';
import { ResponseStore, type StoredResponse } from './response-store.ts';
import { refreshedHeaders, replyOf, type Wish } from './stored-reply.ts';

type Spec = Extract<Middleware, { kind: 'httpCache' }>;

/** Of each response: from the cache, from the upstream, or not cacheable by request or response. */
type Status = 'HIT' | 'MISS' | 'BYPASS';

/** A request on its way through the cache. */
interface Pending {
  status: Status;
  readonly url: string;
  readonly directives: CacheControl;
  readonly sentAt: number;
  /** What the client asked for, before conditions were exchanged for those of `stored`. */
  readonly wish: Wish;
  /** Being validated. */
  readonly stored: StoredResponse | null;
  capture: Capture | null;
}

const STATUS_FIELD = 'X-Cache-Status';
/** RFC 9110 §9.2.1. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const GATEWAY_TIMEOUT: Reply = { ...emptyReply(504), reason: 'refused-by-middleware' };

/** Creates httpCache, a shared cache (RFC 9111) of responses to GET, in memory. */
export function httpCacheStage(spec: Spec): Stage {
  const cache = new HttpCache(spec);
  return {
    onRequest: (exchange) => cache.look(exchange),
    onResponse: (exchange, head) => cache.note(exchange, head),
    onDone: (exchange) => cache.end(exchange),
  };
}

class HttpCache {
  readonly #spec: Spec;
  readonly #store: ResponseStore;
  readonly #pending = new WeakMap<Exchange, Pending>();
  readonly #protected = new WeakMap<Route, boolean>();

  constructor(spec: Spec) {
    this.#spec = spec;
    this.#store = new ResponseStore(spec.bytesMax);
  }

  look(exchange: Exchange): Reply | undefined {
    const pending = this.#begin(exchange);
    const { directives, wish, url } = pending;
    if (!isCacheable(exchange, directives)) return this.#pass(exchange, { ...pending, status: 'BYPASS' });
    const stored = this.#store.find(url, exchange.route?.id ?? '', fieldReader(exchange));
    const request = { directives, pragma: exchange.header('pragma') ?? '' };
    const now = Date.now();
    if (stored !== null && isFresh(stored.freshness, request, { now, ttlMsMax: this.#spec.ttlMsMax })) {
      this.#pass(exchange, { ...pending, status: 'HIT' });
      exchange.source = 'cache';
      return replyOf(stored, wish, now);
    }
    if (directives.has('only-if-cached')) {
      this.#pass(exchange, pending);
      return GATEWAY_TIMEOUT;
    }
    const isValidated =
      stored !== null &&
      exchange.method === 'GET' &&
      wish.range === undefined &&
      askIfChanged(exchange, stored);
    this.#pass(exchange, isValidated ? { ...pending, stored } : pending);
    return undefined;
  }

  note(exchange: Exchange, head: ResponseHead): void {
    const pending = this.#pending.get(exchange);
    if (pending === undefined) return;
    if (pending.status !== 'HIT') this.#receive(exchange, head, pending);
    if (this.#spec.showsStatus && head.replacement === null)
      setHeader(head.headers, STATUS_FIELD, pending.status);
  }

  end(exchange: Exchange): void {
    this.#pending.get(exchange)?.capture?.abandon();
  }

  #begin(exchange: Exchange): Pending {
    return {
      status: 'MISS',
      url: urlOf(exchange),
      directives: parseCacheControl([exchange.header('cache-control') ?? '']),
      sentAt: Date.now(),
      wish: {
        ifNoneMatch: exchange.header('if-none-match'),
        ifModifiedSince: exchange.header('if-modified-since'),
        range: exchange.header('range'),
        ifRange: exchange.header('if-range'),
      },
      stored: null,
      capture: null,
    };
  }

  #pass(exchange: Exchange, pending: Pending): undefined {
    this.#pending.set(exchange, pending);
    return undefined;
  }

  #receive(exchange: Exchange, head: ResponseHead, pending: Pending): void {
    if (!SAFE.has(exchange.method)) {
      if (head.status >= 200 && head.status < 400) this.#invalidate(pending.url, head.headers);
      return;
    }
    if (pending.status === 'BYPASS' || exchange.method !== 'GET') return;
    const { stored, url } = pending;
    if (stored !== null && head.status === 304) {
      exchange.source = 'cache';
      head.replacement = Promise.resolve(this.#validated(exchange, stored, head, pending));
      return;
    }
    // RFC 9111 §4.3.3: an error of the server says nothing about what is kept.
    if (stored !== null && head.status < 500) this.#store.remove(url, stored);
    this.#keep(exchange, head, pending);
  }

  #keep(exchange: Exchange, head: ResponseHead, pending: Pending): void {
    const headers = keptFields(head.headers);
    const freshness = freshnessOf(headers, pending.sentAt, Date.now());
    const isAuthenticated =
      exchange.req.headers.authorization !== undefined || this.#isProtected(exchange.route);
    const request = { directives: pending.directives, isAuthenticated };
    const { status } = head;
    if (!isStorable({ status, headers }, request, freshness)) {
      // That a client had it already (304) is no property of the response.
      if (status !== 304) pending.status = 'BYPASS';
      return;
    }
    const field = fieldReader(exchange);
    const vary = listHeader(headers, 'vary')
      .flatMap((names) => names.split(','))
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== '')
      .map((name) => [name, field(name)] as const);
    const routeId = exchange.route?.id ?? '';
    const store = (body: Buffer): void =>
      this.#store.add(pending.url, { routeId, status, headers: withoutAge(headers), body, freshness, vary });
    if (!head.hasBody) {
      store(Buffer.alloc(0));
      return;
    }
    pending.capture = new Capture(this.#store, store);
    head.transforms.push(pending.capture);
  }

  /** The origin has confirmed what is kept (RFC 9111 §4.3.4). */
  #validated(exchange: Exchange, stored: StoredResponse, head: ResponseHead, pending: Pending): Reply {
    const now = Date.now();
    const headers = refreshedHeaders(stored.headers, keptFields(head.headers));
    const freshness = freshnessOf(headers, pending.sentAt, now);
    const renewed: StoredResponse = { ...stored, headers: withoutAge(headers), freshness };
    this.#store.remove(pending.url, stored);
    const request = {
      directives: pending.directives,
      isAuthenticated: exchange.req.headers.authorization !== undefined || this.#isProtected(exchange.route),
    };
    if (isStorable(renewed, request, freshness) && this.#store.reserve(renewed.body.length))
      this.#store.add(pending.url, renewed);
    const reply = replyOf(renewed, pending.wish, now);
    if (!this.#spec.showsStatus) return reply;
    return { ...reply, headers: [...reply.headers, STATUS_FIELD, 'MISS'] };
  }

  /** RFC 9111 §4.4: the URL itself, and those of the same origin that the response names. */
  #invalidate(url: string, headers: HeaderList): void {
    this.#store.delete(url);
    for (const name of ['location', 'content-location']) {
      const named = getHeader(headers, name);
      if (named === undefined || !URL.canParse(named, url)) continue;
      const other = new URL(named, url);
      if (other.origin === new URL(url).origin)
        this.#store.delete(other.origin + other.pathname + other.search);
    }
  }

  /** Returns whether the route authenticates callers, by any means: then responses differ between callers. */
  #isProtected(route: Route | null): boolean {
    if (route === null) return false;
    let isProtected = this.#protected.get(route);
    if (isProtected === undefined) {
      isProtected = route.guard.kind !== 'open' || route.middlewares.some(({ kind }) => LOCKS.has(kind));
      this.#protected.set(route, isProtected);
    }
    return isProtected;
  }
}

const LOCKS: ReadonlySet<Middleware['kind']> = new Set<Middleware['kind']>([
  'policy',
  'basicAuth',
  'forwardAuth',
]);

/** Preconditions are for the origin (RFC 9111 §4.3.2), and what has a body is no plain request. */
function isCacheable(exchange: Exchange, directives: CacheControl): boolean {
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return false;
  if (exchange.hasBody || exchange.upgrade !== null || directives.has('no-store')) return false;
  return exchange.header('if-match') === undefined && exchange.header('if-unmodified-since') === undefined;
}

/** Exchanges the client's conditions for those of the kept response (RFC 9111 §4.3.1); false when it has no validator. */
function askIfChanged(exchange: Exchange, { headers, status }: StoredResponse): boolean {
  const tag = getHeader(headers, 'etag');
  const modified = getHeader(headers, 'last-modified');
  if (status !== 200 || (tag === undefined && modified === undefined)) return false;
  setOrDelete(exchange, 'If-None-Match', tag);
  setOrDelete(exchange, 'If-Modified-Since', modified);
  return true;
}

function setOrDelete(exchange: Exchange, name: string, value: string | undefined): void {
  if (value === undefined) exchange.deleteRequestHeader(name);
  else exchange.setRequestHeader(name, value);
}

function urlOf(exchange: Exchange): string {
  const { url } = exchange;
  return URL.canParse(url) ? new URL(url).origin + exchange.uri : url;
}

/** Fields are compared as the middlewares before have left them, without white space around. */
function fieldReader(exchange: Exchange): (name: string) => string {
  return (name) => (name === 'host' ? exchange.host : (exchange.header(name) ?? '')).trim();
}

/** Fields of one connection, and the length, which is that of what is sent, are not kept (RFC 9111 §3.1). */
function keptFields(headers: HeaderList): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    const lower = name.toLowerCase();
    if (lower !== 'content-length' && (traitsOf(lower) & HOP_BY_HOP) === 0)
      kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

function withoutAge(headers: HeaderList): HeaderList {
  return headers.filter((_, i) => (headers[i - (i % 2)] ?? '').toLowerCase() !== 'age');
}
