import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange.ts';
import { deleteHeader } from '../http/header-list.ts';
import type { Reply } from '../http/reply.ts';
import { fetchFrom } from '../proxy/fetch-from.ts';
import type { Stage } from '../stage.ts';

const PAGE_BYTES_MAX = 1024 * 1024;

/** Replaces the bodies of error responses by pages of another service; the status stays. */
export function errorsStage(spec: Extract<MiddlewareSpec, { kind: 'errors' }>): Stage {
  const ranges = spec.status.map(parseRange);
  return {
    onResponse(exchange, head) {
      if (!ranges.some(([low, high]) => head.status >= low && head.status <= high)) return;
      head.replacement = errorPage(exchange, spec, head.status);
    },
  };
}

async function errorPage(
  exchange: Exchange,
  spec: Extract<MiddlewareSpec, { kind: 'errors' }>,
  status: number,
): Promise<Reply | null> {
  const query = spec.query
    .replaceAll('{status}', String(status))
    .replaceAll('{url}', encodeURIComponent(exchange.url));
  const page = await fetchFrom(exchange, spec.service, {
    path: query.startsWith('/') ? query : `/${query}`,
    bytesMax: PAGE_BYTES_MAX,
  });
  if (page === null) return null;
  deleteHeader(page.headers, 'content-length');
  return { status, headers: page.headers, body: page.body };
}

/** `404` or `500-599`. */
function parseRange(text: string): readonly [number, number] {
  const match = /^(\d{3})(?:-(\d{3}))?$/.exec(text.trim());
  if (match === null) throw new Error(`"${text}" is not a status or a range of statuses such as 500-599`);
  return [Number(match[1]), Number(match[2] ?? match[1])];
}
