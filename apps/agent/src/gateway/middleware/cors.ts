import type { Cors } from '@portolan/resources/model/headers';
import { compileRegex } from '@portolan/resources/rules/regex';
import { appendToken, deleteHeader, fieldText, setHeader, type HeaderList } from '../http/header-list.ts';
import { emptyReply } from '../http/reply.ts';
import type { Exchange, Stage } from '../exchange/exchange.ts';

/** Creates CORS handling: responses to preflights, and fields that let allowed origins read responses (Fetch §3.2). */
export function corsStage(configured: Cors): Stage {
  const cors = fieldTexts(configured);
  const regexes = cors.allowOriginRegexes.map((regex) => compileRegex(regex));
  const allowed = (origin: string | undefined): string | null => {
    if (origin === undefined) return null;
    // Never the origin itself: with credentials that would let every site read what a user sees (Fetch §3.2.5).
    if (cors.allowOrigins.includes('*')) return '*';
    const isAllowed = cors.allowOrigins.includes(origin) || regexes.some((regex) => regex.test(origin));
    return isAllowed ? origin : null;
  };
  const decidesOrigins = cors.allowOrigins.length > 0 || regexes.length > 0;
  return {
    onRequest(exchange) {
      if (!isPreflight(exchange)) return undefined;
      const headers: HeaderList = [];
      if (allowed(exchange.header('origin')) !== null) addPreflightHeaders(headers, cors);
      return emptyReply(200, headers);
    },
    onResponse(exchange, head) {
      if (!decidesOrigins) {
        if (cors.addVaryHeader) appendToken(head.headers, 'Vary', 'Origin');
        return;
      }
      const origin = allowed(exchange.header('origin'));
      if (cors.addVaryHeader || origin !== '*') appendToken(head.headers, 'Vary', 'Origin');
      // The middleware decides which origins may read a response; fields of the Service are replaced.
      deleteHeader(head.headers, 'access-control-allow-origin');
      if (origin === null) return;
      setHeader(head.headers, 'Access-Control-Allow-Origin', origin);
      if (cors.allowCredentials) setHeader(head.headers, 'Access-Control-Allow-Credentials', 'true');
      if (cors.exposeHeaders.length > 0)
        setHeader(head.headers, 'Access-Control-Expose-Headers', cors.exposeHeaders.join(','));
    },
  };
}

/** Returns the lists as field values. */
function fieldTexts(cors: Cors): Cors {
  const { allowHeaders, allowMethods, exposeHeaders } = cors;
  return {
    ...cors,
    allowHeaders: allowHeaders.map(fieldText),
    allowMethods: allowMethods.map(fieldText),
    exposeHeaders: exposeHeaders.map(fieldText),
  };
}

function isPreflight(exchange: Exchange): boolean {
  return (
    exchange.method === 'OPTIONS' &&
    exchange.header('origin') !== undefined &&
    exchange.header('access-control-request-method') !== undefined
  );
}

function addPreflightHeaders(headers: HeaderList, cors: Cors): void {
  if (cors.allowMethods.length > 0) headers.push('Access-Control-Allow-Methods', cors.allowMethods.join(','));
  if (cors.allowHeaders.length > 0) headers.push('Access-Control-Allow-Headers', cors.allowHeaders.join(','));
  if (cors.maxAgeSeconds !== null) headers.push('Access-Control-Max-Age', String(cors.maxAgeSeconds));
}
