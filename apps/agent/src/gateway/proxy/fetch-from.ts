import type { ServiceTarget } from '@portolan/resources/model/service';
import type { Exchange } from '../exchange/exchange.ts';
import { CONTENT, FRAMING, HOP_BY_HOP, traitsOf } from '../http/fields.ts';
import type { HeaderList } from '../http/header-list.ts';
import { hostFor, upstreamRequestHeaders } from './request-headers.ts';
import { clientResponseHeaders } from './response-head.ts';
import { chooseUpstream } from './choose-upstream.ts';

interface Page {
  readonly headers: HeaderList;
  readonly body: Buffer;
}

const PAGE_TIMEOUT_MS = 10_000;

/** Returns a page of a Service for the client of a request; null when it cannot be fetched. */
export function fetchFrom(
  exchange: Exchange,
  target: ServiceTarget,
  wanted: { path: string; bytesMax: number; requestHeaders: readonly string[] | null },
): Promise<Page | null> {
  const upstream = chooseUpstream(target, exchange, null);
  if (upstream === null) return Promise.resolve(null);
  const headers = upstreamRequestHeaders(exchange, hostFor(exchange, target, upstream));
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let received: HeaderList = [];
    let abort: (() => void) | null = null;
    upstream.dispatch(
      {
        method: 'GET',
        path: wanted.path,
        headers: pageRequestFields(headers, wanted.requestHeaders),
        headersTimeout: PAGE_TIMEOUT_MS,
        bodyTimeout: PAGE_TIMEOUT_MS,
      },
      {
        onConnect: (stop) => void (abort = stop),
        onHeaders: (_status, raw) => {
          received = clientResponseHeaders(raw);
          return true;
        },
        onData: (chunk) => {
          bytes += chunk.length;
          if (bytes > wanted.bytesMax) abort?.();
          else chunks.push(chunk);
          return true;
        },
        onComplete: () => resolve({ headers: received, body: Buffer.concat(chunks) }),
        onError: () => resolve(null),
      },
    );
  });
}

/** As the proxy adds them to every request. */
const ALWAYS_SENT = /^(?:host|x-real-ip|x-forwarded-(?:for|host|port|prefix|proto|server))$/;

/**
 * What a page is chosen by. Everything else, credentials first, was meant for the upstream: the page's service may belong to
 * somebody else.
 */
const PAGE_FIELDS =
  /^(?:host|accept|accept-language|user-agent|x-real-ip|x-request-id|traceparent|tracestate|x-forwarded-(?:for|host|port|prefix|proto|server))$/;

/** `names`: those that the configuration lists instead. Host and fields about the client always go with the request. */
function pageRequestFields(headers: HeaderList, names: readonly string[] | null): HeaderList {
  const isWanted = (name: string) =>
    names === null ? PAGE_FIELDS.test(name) : ALWAYS_SENT.test(name) || isListed(names, name);
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2)
    if (isWanted((headers[i] ?? '').toLowerCase())) kept.push(headers[i] ?? '', headers[i + 1] ?? '');
  return kept;
}

function isListed(names: readonly string[], name: string): boolean {
  return names.includes(name) && (traitsOf(name) & (HOP_BY_HOP | CONTENT | FRAMING)) === 0;
}
