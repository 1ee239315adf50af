import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { cleanPath } from '@portolan/resources/rules/path';
import { compileRegex } from '@portolan/resources/rules/regex';
import type { Exchange } from '../exchange/exchange.ts';
import type { Stage } from '../exchange/exchange.ts';
import { BAD_REQUEST } from '../http/reply.ts';
import { replaceAllRe2 } from './regex-replace.ts';

type PathMiddleware = Extract<
  MiddlewareSpec,
  { kind: 'addPrefix' | 'stripPrefix' | 'stripPrefixRegex' | 'replacePath' | 'replacePathRegex' }
>;

/** The middlewares that change the path on its way to the upstream. */
export function pathStage(spec: PathMiddleware): Stage {
  switch (spec.kind) {
    case 'addPrefix':
      return rewrite((exchange) => rooted(spec.prefix) + exchange.targetPath);
    case 'replacePath':
      return replacePath(spec.path);
    case 'stripPrefix':
      return rewrite((exchange) => stripFirst(exchange, spec));
    case 'stripPrefixRegex': {
      const regexes = spec.regexes.map((regex) => compileRegex(regex.trim()));
      return rewrite((exchange) => {
        const path = exchange.targetPath;
        for (const regex of regexes) {
          const matcher = regex.matcher(path);
          if (!matcher.find() || matcher.start() !== 0) continue;
          exchange.setRequestHeader('X-Forwarded-Prefix', path.slice(0, matcher.end()));
          return rooted(path.slice(matcher.end()));
        }
        return path;
      });
    }
    case 'replacePathRegex': {
      const regex = compileRegex(spec.regex.trim());
      return rewrite((exchange) => {
        const path = exchange.targetPath;
        if (spec.regex === '' || !regex.matcher(path).find()) return path;
        exchange.setRequestHeader('X-Replaced-Path', path);
        return rooted(replaceAllRe2(regex, path, spec.replacement));
      });
    }
  }
}

function stripFirst(exchange: Exchange, spec: Extract<PathMiddleware, { kind: 'stripPrefix' }>): string {
  const path = exchange.targetPath;
  for (const prefix of spec.prefixes) {
    if (prefix === '' || !path.startsWith(prefix)) continue;
    exchange.setRequestHeader('X-Forwarded-Prefix', prefix.trim());
    const rest = path.slice(prefix.length);
    return spec.forceSlash || rest !== '' ? rooted(rest) : '/';
  }
  return path;
}

function replacePath(path: string): Stage {
  const mark = path.indexOf('?');
  return rewrite((exchange) => {
    exchange.setRequestHeader('X-Replaced-Path', exchange.targetPath);
    if (mark !== -1) exchange.targetSearch = path.slice(mark);
    return rooted(mark === -1 ? path : path.slice(0, mark));
  });
}

function rewrite(change: (exchange: Exchange) => string): Stage {
  return {
    onRequest(exchange) {
      // Taking `/a` off `/a../b` leaves a dot segment that was none before.
      const path = cleanPath(change(exchange));
      if (path === null) return BAD_REQUEST;
      exchange.targetPath = path;
      return undefined;
    },
  };
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
