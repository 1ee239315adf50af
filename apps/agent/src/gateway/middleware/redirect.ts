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
      return redirectReply(exchange.method, `${spec.scheme}://${host}${port}${exchange.uri}`, spec.permanent);
    },
  };
}

export function redirectRegexStage(spec: Extract<MiddlewareSpec, { kind: 'redirectRegex' }>): Stage {
  const regex = compileRegex(spec.regex);
  return {
    onRequest(exchange) {
      const { url } = exchange;
      if (!regex.matcher(url).find()) return undefined;
      const location = replaceAllRe2(regex, url, spec.replacement);
      // A redirect to the very same URL would never end.
      return location === url ? undefined : redirectReply(exchange.method, location, spec.permanent);
    },
  };
}
