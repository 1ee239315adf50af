import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';
import { CONTENT, DIGEST, HOP_BY_HOP, traitsOf } from '../http/fields.ts';
import { getHeader, type HeaderList } from '../http/header-list.ts';
import type { Reply } from '../http/reply.ts';
import { fetchFrom } from '../proxy/fetch-from.ts';
import type { ResponseHead, Stage } from '../exchange/exchange.ts';

type ErrorsSpec = Extract<MiddlewareSpec, { kind: 'errors' }>;

const PAGE_BYTES_MAX = 1024 * 1024;

/** Fields that come several times, from the response and from the page. */
const LISTS = new Set(['set-cookie', 'vary', 'link']);

/**
 * Replaces the content of error responses by pages of another service. Status and fields stay, such as challenges (RFC 9110
 * §15.5.2) and Retry-After; only fields about the content are the page's.
 */
export function errorsStage(spec: ErrorsSpec): Stage {
  const ranges = spec.status.map(parseRange);
  return {
    onResponse(exchange, head) {
      if (head.status < 200 || !ranges.some(([low, high]) => head.status >= low && head.status <= high))
        return;
      head.replacement = errorPage(exchange, spec, head);
    },
  };
}

async function errorPage(exchange: Exchange, spec: ErrorsSpec, head: ResponseHead): Promise<Reply> {
  const { status } = head;
  const query = spec.query
    .replaceAll('{status}', String(status))
    .replaceAll('{url}', encodeURIComponent(exchange.url));
  const page = await fetchFrom(exchange, spec.service, {
    path: query.startsWith('/') ? query : `/${query}`,
    bytesMax: PAGE_BYTES_MAX,
    requestHeaders: spec.requestHeaders,
  });
  const headers = keptFields(head);
  if (page === null) return { status, headers, body: '' };
  return { status, headers: [...headers, ...pageFields(page.headers, headers)], body: page.body };
}

function keptFields({ status, headers }: ResponseHead): HeaderList {
  return filterFields(headers, (lower) => {
    // RFC 9110 §15.5.17, §15.5.22: these name what would be accepted.
    if ((status === 416 && lower === 'content-range') || (status === 426 && lower === 'upgrade')) return true;
    return (traitsOf(lower) & (CONTENT | DIGEST | HOP_BY_HOP)) === 0;
  });
}

function pageFields(page: HeaderList, kept: HeaderList): HeaderList {
  return filterFields(page, (lower) => {
    if (lower === 'content-length') return false;
    const isContent = (traitsOf(lower) & (CONTENT | DIGEST)) !== 0;
    return isContent || LISTS.has(lower) || getHeader(kept, lower) === undefined;
  });
}

function filterFields(headers: HeaderList, isWanted: (lower: string) => boolean): HeaderList {
  const wanted: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (isWanted(name.toLowerCase())) wanted.push(name, headers[i + 1] ?? '');
  }
  return wanted;
}

/** `404` or `500-599`. */
function parseRange(text: string): readonly [number, number] {
  const match = /^(\d{3})(?:-(\d{3}))?$/.exec(text.trim());
  if (match === null) throw new Error(`"${text}" is not a status or a range of statuses such as 500-599`);
  return [Number(match[1]), Number(match[2] ?? match[1])];
}
