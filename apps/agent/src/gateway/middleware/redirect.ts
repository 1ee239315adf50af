import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { compileRegex } from '@portolan/resources/rules/regex';
import { redirectReply } from '../http/reply.ts';
import type { Stage } from '../exchange/exchange.ts';
import { replaceAllRe2 } from './regex-replace.ts';

export function redirectSchemeStage(spec: Extract<MiddlewareSpec, { kind: 'redirectScheme' }>): Stage {
  const defaultPort = spec.scheme === 'https' ? '443' : '80';
  const port = spec.port === null || spec.port === '' || spec.port === defaultPort ? '' : `:${spec.port}`;
  return {
    onRequest(exchange) {
      if (exchange.scheme === spec.scheme) return undefined;
      const host = exchange.host.replace(/:\d+$/, '');
      const rest = exchange.url.slice(`${exchange.scheme}://${exchange.host}`.length);
      return redirectReply(exchange.method, `${spec.scheme}://${host}${port}${rest}`, spec.permanent);
    },
  };
}

const NOT_IN_URI = /[^\x21-\x7e]+/g;

export function redirectRegexStage(spec: Extract<MiddlewareSpec, { kind: 'redirectRegex' }>): Stage {
  const regex = compileRegex(spec.regex);
  return {
    onRequest(exchange) {
      const { url } = exchange;
      if (!regex.matcher(url).find()) return undefined;
      // A replacement may be text in any language; a Location is a URI (RFC 9110 §10.2.2), its text UTF-8 (RFC 3987 §3.1).
      const location = replaceAllRe2(regex, url, spec.replacement).replace(NOT_IN_URI, encodeURIComponent);
      // A redirect to the very same URL would never end.
      return location === url ? undefined : redirectReply(exchange.method, location, spec.permanent);
    },
  };
}
