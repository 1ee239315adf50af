import type { KeySource } from '@portolan/resources/model/authentication';
import { problemReply, type Reply } from '../http/reply.ts';

/** A proven caller whose claims a policy does not admit. */
export const CLAIMS_DO_NOT_FIT: Reply = problemReply(
  403,
  'The claims of the token do not admit this request.',
);

/** Returns a 401 for a Bearer token; without `error` when none was sent (RFC 6750 §3.1). */
export function bearerRefusal(detail: string, error?: 'invalid_token'): Reply {
  const challenge =
    error === undefined
      ? 'Bearer'
      : `Bearer error="${error}", error_description="${detail.replaceAll('"', "'")}"`;
  return problemReply(401, detail, ['WWW-Authenticate', challenge]);
}

/** Returns a 401 for a key that is read from `source`; the challenge says where (RFC 9110 §11.6.1). */
export function keyRefusal(source: KeySource, detail: string, isInvalid: boolean): Reply {
  if (source.header?.toLowerCase() !== 'authorization' || !source.headerAuthScheme)
    return problemReply(401, detail, ['WWW-Authenticate', `ApiKey ${placeOf(source)}`]);
  if (source.headerAuthScheme.toLowerCase() === 'bearer')
    return bearerRefusal(detail, isInvalid ? 'invalid_token' : undefined);
  return problemReply(401, detail, ['WWW-Authenticate', source.headerAuthScheme]);
}

/** Returns a sentence for a request without a key. */
export function missingKey(source: KeySource): string {
  const { header, headerAuthScheme, query, cookie } = source;
  const scheme = headerAuthScheme ? `${headerAuthScheme} ` : '';
  const places = [
    header ? `in the header "${header}: ${scheme}KEY"` : '',
    query ? `in the query parameter "${query}"` : '',
    cookie ? `in the cookie "${cookie}"` : '',
  ].filter((place) => place !== '');
  return `No API key was sent. Send it ${places.join(' or ')}.`;
}

/** Returns a 503 for a credential that could not be checked: unlike a 401 it does not make clients discard it. */
export function uncheckedReply(detail: string, retryAfterSeconds: number): Reply {
  const retryAfter = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  return { ...problemReply(503, detail, ['Retry-After', retryAfter]), reason: 'credential-not-checked' };
}

function placeOf({ header, query, cookie }: KeySource): string {
  const quoted = (text: string): string => text.replaceAll(/[^\x20-\x7e]|["\\]/g, '');
  if (header) return `header="${quoted(header)}"`;
  return query ? `query="${quoted(query)}"` : `cookie="${quoted(cookie ?? '')}"`;
}
