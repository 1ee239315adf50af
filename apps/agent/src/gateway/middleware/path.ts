import type { PathChange } from '@portolan/resources/model/middleware';
import { cleanPath } from '@portolan/resources/rules/path';
import { pathRewriter } from '@portolan/resources/rules/rewrite-path';
import type { Exchange, Stage } from '../exchange/exchange.ts';
import { BAD_REQUEST } from '../http/reply.ts';

/** Creates the middlewares that change the path for the upstream. The query stays the client's. */
export function pathStage(spec: PathChange): Stage {
  if (spec.kind === 'replacePathRegex' && spec.regex === '') return {};
  const rewrite = pathRewriter(spec);
  return {
    onRequest(exchange) {
      const { path: changed, stripped, isReplaced } = rewrite(exchange.targetPath);
      if (stripped !== undefined)
        exchange.setRequestHeader('X-Forwarded-Prefix', [...prefixesBefore(exchange), stripped]);
      if (isReplaced === true) noteReplaced(exchange);
      // Taking `/a` off `/a../b` leaves a dot segment that was none before.
      const path = cleanPath(changed);
      if (path === null) return BAD_REQUEST;
      exchange.targetPath = path;
      return undefined;
    },
  };
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
