import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { appendToken, deleteHeader, getHeader, listHeader, setHeader } from '../http/header-list.ts';
import { forbidsBody } from '../exchange/respond.ts';
import { contentLengthOf } from '../proxy/response-head.ts';
import type { Exchange, ResponseHead, Stage } from '../exchange/exchange.ts';

type Encoding = 'gzip' | 'br' | 'zstd';
type CompressSpec = Extract<MiddlewareSpec, { kind: 'compress' }>;

/** Media types that are not compressed: they must be delivered piece by piece, or are framed already. */
const NEVER = ['text/event-stream', 'application/grpc'];

/** Compresses responses in the encoding the client likes best among those offered. */
export function compressStage(spec: CompressSpec): Stage {
  const isWanted = contentTypeTest(spec);
  // Of those a client takes equally, as with `*`, the default comes first.
  const offered = spec.encodings.toSorted(
    (a, b) => Number(b === spec.defaultEncoding) - Number(a === spec.defaultEncoding),
  );
  return {
    onResponse(exchange, head) {
      // A response to HEAD has the fields that one to GET would have (RFC 9110 §9.3.2).
      const isHead = exchange.method === 'HEAD' && !forbidsBody(head.status);
      if (!head.hasBody && !isHead) return;
      if (!isCompressible(head, spec) || !isWanted(head) || forbidsTransform(exchange, head)) return;
      appendToken(head.headers, 'Vary', 'Accept-Encoding');
      const accepted = exchange.header('accept-encoding');
      const encoding = accepted === undefined ? spec.defaultEncoding : preferredEncoding(accepted, offered);
      if (encoding === null) return;
      const isStream = contentLengthOf(head.headers) === -1;
      deleteHeader(head.headers, 'content-length');
      deleteHeader(head.headers, 'accept-ranges');
      setHeader(head.headers, 'Content-Encoding', encoding);
      weakenEntityTag(head);
      if (head.hasBody) head.transforms.push(compressor(encoding, isStream));
    },
  };
}

function isCompressible(head: ResponseHead, spec: CompressSpec): boolean {
  if (head.status === 206 || getHeader(head.headers, 'content-encoding') !== undefined) return false;
  const length = contentLengthOf(head.headers);
  if (length !== -1 && length < spec.minResponseBodyBytes) return false;
  return true;
}

function contentTypeTest(spec: CompressSpec): (head: ResponseHead) => boolean {
  const included = new Set(spec.includedContentTypes.map(mediaType));
  const excluded = new Set(spec.excludedContentTypes.map(mediaType));
  return (head) => {
    const type = mediaType(getHeader(head.headers, 'content-type') ?? '');
    if (NEVER.some((never) => type.startsWith(never))) return false;
    return included.size > 0 ? included.has(type) : !excluded.has(type);
  };
}

function mediaType(text: string): string {
  return text.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Returns whether the origin or the client wants the content as it is (RFC 9111 §5.2.1.6, §5.2.2.6). */
function forbidsTransform(exchange: Exchange, { headers }: ResponseHead): boolean {
  return (
    listHeader(headers, 'cache-control').some(hasNoTransform) ||
    hasNoTransform(exchange.header('cache-control') ?? '')
  );
}

/** What is quoted is an argument of another directive. */
function hasNoTransform(cacheControl: string): boolean {
  const directives = cacheControl.replace(/"(?:[^"\\]|\\.)*"?/g, '').split(',');
  return directives.some((directive) => directive.trim().toLowerCase() === 'no-transform');
}

/** Returns the encoding of the highest weight (RFC 9110 §12.5.3), of equal ones the route's first; null for none, or identity. */
function preferredEncoding(header: string, offered: readonly Encoding[]): Encoding | null {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name.toLowerCase(), weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  let best: Encoding | null = null;
  let bestWeight = 0;
  const identity = weights.get('identity') ?? 0;
  for (const encoding of offered) {
    const weight = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (weight > bestWeight) {
      best = encoding;
      bestWeight = weight;
    }
  }
  return bestWeight < identity ? null : best;
}

/** What arrives piece by piece is flushed piece by piece. */
function compressor(encoding: Encoding, isStream: boolean): Transform {
  switch (encoding) {
    case 'gzip':
      return createGzip({ level: 6, ...(isStream ? { flush: constants.Z_SYNC_FLUSH } : {}) });
    case 'br':
      return createBrotliCompress({
        params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
        ...(isStream ? { flush: constants.BROTLI_OPERATION_FLUSH } : {}),
      });
    case 'zstd':
      return createZstdCompress(isStream ? { flush: constants.ZSTD_e_flush } : {});
  }
}

/** The bytes differ from those the strong tag was made for (RFC 9110 §8.8.3). */
function weakenEntityTag(head: ResponseHead): void {
  const tag = getHeader(head.headers, 'etag');
  if (tag !== undefined && tag.startsWith('"')) setHeader(head.headers, 'ETag', `W/${tag}`);
}
