import { getHeader, listHeader, type HeaderList } from '../http/header-list.ts';
import { parseCacheControl, secondsOf, type CacheControl } from './cache-control.ts';

/** How long a response may be used, decided when it arrived (RFC 9111 §4.2). */
export interface Freshness {
  readonly lifetimeSeconds: number;
  /** Age that the response had on arrival (§4.2.3). */
  readonly initialAgeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Returns the freshness of a response; its lifetime is 0 where the origin has not given it one. */
export function freshnessOf(headers: HeaderList, sentAt: number, receivedAt: number): Freshness {
  return {
    lifetimeSeconds: lifetimeOf(headers, receivedAt),
    initialAgeSeconds: initialAge(headers, sentAt, receivedAt),
    receivedAt,
  };
}

/** Returns the age of a response in seconds. */
export function ageOf({ initialAgeSeconds, receivedAt }: Freshness, now: number): number {
  return initialAgeSeconds + Math.max(0, now - receivedAt) / 1000;
}

/** §4.2.1, for a shared cache. There are no guesses: what an API does not declare cacheable is not taken for it. */
function lifetimeOf(headers: HeaderList, receivedAt: number): number {
  const directives = parseCacheControl(listHeader(headers, 'cache-control'));
  if (directives.has('no-cache')) return 0;
  const stated = secondsOf(directives, 's-maxage') ?? secondsOf(directives, 'max-age');
  if (stated !== null) return stated;
  const expires = getHeader(headers, 'expires');
  if (expires === undefined) return 0;
  // §5.3: a date that is invalid, above all "0", is in the past.
  const until = Date.parse(expires);
  return Number.isNaN(until) ? 0 : Math.max(0, (until - (dateOf(headers) ?? receivedAt)) / 1000);
}

function initialAge(headers: HeaderList, sentAt: number, receivedAt: number): number {
  const apparent = Math.max(0, receivedAt - (dateOf(headers) ?? receivedAt)) / 1000;
  const stated = getHeader(headers, 'age') ?? '';
  const age = /^\d+$/.test(stated) ? Number(stated) : 0;
  return Math.max(apparent, age + Math.max(0, receivedAt - sentAt) / 1000);
}

function dateOf(headers: HeaderList): number | null {
  const date = Date.parse(getHeader(headers, 'date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** Statuses whose responses are kept. A part of a resource (206) is not; nor is an error that may be over in a moment. */
const KEPT_STATUSES = new Set([200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501]);

/** Returns whether a shared cache may keep the response to a GET (RFC 9111 §3), and has a use for it. */
export function isStorable(
  { status, headers }: { readonly status: number; readonly headers: HeaderList },
  request: { readonly directives: CacheControl; readonly isAuthenticated: boolean },
  freshness: Freshness,
): boolean {
  const directives = parseCacheControl(listHeader(headers, 'cache-control'));
  if (!KEPT_STATUSES.has(status) || request.directives.has('no-store')) return false;
  if (directives.has('no-store') || directives.has('private')) return false;
  // §3.5: a response to one caller is for others only if the origin says so.
  const isShared = ['public', 's-maxage', 'must-revalidate'].some((name) => directives.has(name));
  if (request.isAuthenticated && !isShared) return false;
  // §7.3: a cookie was set for one client.
  if (getHeader(headers, 'set-cookie') !== undefined) return false;
  if (listHeader(headers, 'vary').some((field) => field.split(',').some((name) => name.trim() === '*')))
    return false;
  const isValidatable =
    getHeader(headers, 'etag') !== undefined || getHeader(headers, 'last-modified') !== undefined;
  return freshness.lifetimeSeconds > freshness.initialAgeSeconds || isValidatable;
}

/** Returns whether a kept response satisfies a request without asking the origin (§4, §5.2.1). Stale ones never do. */
export function isFresh(
  freshness: Freshness,
  { directives, pragma }: { readonly directives: CacheControl; readonly pragma: string },
  { now, ttlMsMax }: { readonly now: number; readonly ttlMsMax: number },
): boolean {
  // §5.4: Pragma counts for clients that do not know Cache-Control.
  if (directives.has('no-cache') || (directives.size === 0 && /\bno-cache\b/i.test(pragma))) return false;
  if (now - freshness.receivedAt >= ttlMsMax) return false;
  const age = ageOf(freshness, now);
  const wanted = secondsOf(directives, 'max-age');
  if (wanted !== null && age > wanted) return false;
  return freshness.lifetimeSeconds - age > (secondsOf(directives, 'min-fresh') ?? 0);
}
