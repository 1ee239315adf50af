import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { cleanPath, encodePath, routingPath, routingText, splitPath } from '@portolan/resources/rules/path';
import { compileRegex } from '@portolan/resources/rules/regex';
import type { Exchange, Stage } from '../exchange/exchange.ts';
import { BAD_REQUEST } from '../http/reply.ts';
import { replaceAllRe2 } from './regex-replace.ts';

type PathMiddleware = Extract<
  MiddlewareSpec,
  { kind: 'addPrefix' | 'stripPrefix' | 'stripPrefixRegex' | 'replacePath' | 'replacePathRegex' }
>;

/**
 * Creates the middlewares that change the path for the upstream. They compare as rules do, on the decoded path, and write an
 * encoded one: what they add is text, of which `?` and `#` become part of the path. The query stays the client's.
 */
export function pathStage(spec: PathMiddleware): Stage {
  switch (spec.kind) {
    case 'addPrefix': {
      const prefix = rooted(encodePath(spec.prefix));
      return rewrite((exchange) => prefix + exchange.targetPath);
    }
    case 'replacePath': {
      const path = rooted(encodePath(spec.path));
      return rewrite((exchange) => {
        noteReplaced(exchange);
        return path;
      });
    }
    case 'stripPrefix': {
      const prefixes = spec.prefixes.filter((prefix) => prefix !== '').map((prefix) => routingText(prefix));
      return strip((path) => prefixes.find((prefix) => path.startsWith(prefix))?.length ?? 0);
    }
    case 'stripPrefixRegex': {
      const regexes = spec.regexes.map((regex) => compileRegex(regex.trim()));
      return strip((path) => {
        for (const regex of regexes) {
          const matcher = regex.matcher(path);
          if (matcher.find() && matcher.start() === 0 && matcher.end() > 0) return matcher.end();
        }
        return 0;
      });
    }
    case 'replacePathRegex':
      return replaceRegex(spec);
  }
}

function replaceRegex(spec: Extract<PathMiddleware, { kind: 'replacePathRegex' }>): Stage {
  if (spec.regex === '') return {};
  const regex = compileRegex(spec.regex.trim());
  return rewrite((exchange) => {
    const path = routingPath(exchange.targetPath);
    if (!regex.matcher(path).find()) return exchange.targetPath;
    noteReplaced(exchange);
    return rooted(encodePath(replaceAllRe2(regex, path, spec.replacement)));
  });
}

/** Takes off as many characters of the decoded path as `lengthOf` says; 0 leaves it as it is. */
function strip(lengthOf: (path: string) => number): Stage {
  return rewrite((exchange) => {
    const length = lengthOf(routingPath(exchange.targetPath));
    if (length === 0) return exchange.targetPath;
    const [prefix, rest] = splitPath(exchange.targetPath, length);
    exchange.setRequestHeader('X-Forwarded-Prefix', [...prefixesBefore(exchange), prefix]);
    return rooted(rest);
  });
}

/** Names the path that is replaced, after those that were replaced before. */
function noteReplaced(exchange: Exchange): void {
  const before = exchange.headerEdits?.get('x-replaced-path')?.values ?? [];
  exchange.setRequestHeader('X-Replaced-Path', [...before, exchange.targetPath]);
}

/** Prefixes taken off by earlier middlewares, or by trusted proxies before the gateway: together they make the public path. */
function prefixesBefore({ headerEdits, client, req }: Exchange): readonly string[] {
  const edit = headerEdits?.get('x-forwarded-prefix');
  if (edit !== undefined) return edit?.values ?? [];
  const sent = client.isTrusted ? req.headers['x-forwarded-prefix'] : undefined;
  return sent === undefined ? [] : [sent].flat();
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
