import { replaceAllRe2 } from '@portolan/resources/rules/regex-replace';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { compileRegex } from '@portolan/resources/rules/regex';
import { pathRewriter } from '@portolan/resources/rules/rewrite-path';
import { emptyReply, redirectReply } from '../http/reply.ts';
import type { Stage } from '../exchange/exchange.ts';

/** Creates redirectScheme: redirects to the scheme it names, and the port if it names one, unless the URL has them. */
export function redirectSchemeStage(spec: Extract<MiddlewareSpec, { kind: 'redirectScheme' }>): Stage {
  const port = portSuffix(spec.scheme, spec.port ?? '');
  return {
    onRequest(exchange) {
      const [host = '', ownPort = ''] = splitPort(exchange.host);
      const isThere = spec.port === null || spec.port === '' || portSuffix(spec.scheme, ownPort) === port;
      if (exchange.scheme === spec.scheme && isThere) return undefined;
      const location = `${spec.scheme}://${host}${port}${exchange.targetUri}`;
      return redirectReply(exchange.method, location, spec.permanent);
    },
  };
}

/** Returns a port as a URL of the scheme has it: none for the default one. */
function portSuffix(scheme: string, port: string): string {
  return port === '' || port === (scheme === 'https' ? '443' : '80') ? '' : `:${port}`;
}

function splitPort(host: string): readonly string[] {
  return /^(.*?)(?::(\d+))?$/.exec(host)?.slice(1) ?? [];
}

/** Creates RequestRedirect of an HTTPRoute (Gateway API, HTTPRequestRedirectFilter). */
export function redirectToStage(spec: Extract<MiddlewareSpec, { kind: 'redirectTo' }>): Stage {
  const rewrite = spec.path === null ? null : pathRewriter(spec.path);
  return {
    onRequest(exchange) {
      const [host = '', ownPort = ''] = splitPort(exchange.host);
      const scheme = spec.scheme ?? exchange.scheme;
      // A scheme without a port means the port of the scheme.
      const port = spec.port === null ? (spec.scheme === null ? ownPort : '') : String(spec.port);
      const path = rewrite === null ? exchange.targetPath : rewrite(exchange.targetPath).path;
      const authority = `${spec.hostname ?? host}${portSuffix(scheme, port)}`;
      const location = `${scheme}://${authority}${path}${exchange.targetSearch}`;
      return emptyReply(spec.status, ['Location', location.replace(NOT_IN_URI, encodeURIComponent)]);
    },
  };
}

const NOT_IN_URI = /[^\x21-\x7e]+/g;

/** Creates redirectRegex, which looks at the URL as the middlewares before it have left it. */
export function redirectRegexStage(spec: Extract<MiddlewareSpec, { kind: 'redirectRegex' }>): Stage {
  const regex = compileRegex(spec.regex);
  return {
    onRequest(exchange) {
      const url = exchange.targetUrl;
      if (!regex.matcher(url).find()) return undefined;
      // A replacement may be text in any language; a Location is a URI (RFC 9110 §10.2.2), its text UTF-8 (RFC 3987 §3.1).
      const location = replaceAllRe2(regex, url, spec.replacement).replace(NOT_IN_URI, encodeURIComponent);
      // A redirect to the very same URL would never end.
      return location === url ? undefined : redirectReply(exchange.method, location, spec.permanent);
    },
  };
}
