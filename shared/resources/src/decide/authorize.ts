import type { ApiGuard, Grant, Limit } from '../model/model.ts';
import type { Identity } from '../model/request.ts';
import { cleanPath, routingPath, stripPathPrefix } from '../rules/path.ts';
import { pathRewriter, type PathRewriter } from '../rules/rewrite-path.ts';
import { opensOperation, reachesCaller, selectLimit } from './reaches.ts';

/** Of an admitted caller: the grant that applies, whose terms may count the request, and the limit that does. */
export type Authorization =
  | { readonly status: 200; readonly grant: Grant; readonly limit: Limit | null }
  | { readonly status: 401 | 403; readonly grant: null; readonly limit: null };

const UNAUTHENTICATED: Authorization = { status: 401, grant: null, limit: null };
const FORBIDDEN: Authorization = { status: 403, grant: null, limit: null };

/**
 * Decides an API request of a caller whose credential has been checked (null: none, or not a good one).
 * `clean` is the request's clean path, still with the API's prefix.
 */
export function authorize(
  guard: ApiGuard,
  method: string,
  clean: string,
  identity: Identity | null,
): Authorization {
  if (identity === null) return UNAUTHENTICATED;
  let operation: string | null = null;
  for (const grant of guard.grants) {
    if (!reachesCaller(grant, identity)) continue;
    if (grant.operations !== null) {
      operation ??= operationPath(guard, clean);
      if (!opensOperation(grant, guard, method, operation)) continue;
    }
    return { status: 200, grant, limit: selectLimit(guard.limits, identity.groups) };
  }
  return FORBIDDEN;
}

/** The clean path an API's upstream is asked for: without the composed prefix. */
export function upstreamPath(guard: ApiGuard, clean: string): string {
  const rest = stripPathPrefix(clean, guard.prefix) ?? clean;
  return guard.stripVersionPrefix ? (stripPathPrefix(rest, guard.versionPrefix) ?? rest) : rest;
}

/** The path operations are matched on, as the API's own document writes it: that which the upstream sees. */
export function operationPath(guard: ApiGuard, clean: string): string {
  let path = upstreamPath(guard, clean);
  for (const rewrite of rewritersOf(guard)) path = cleanPath(rewrite(path).path) ?? path;
  return routingPath(path);
}

const rewriters = new WeakMap<ApiGuard, readonly PathRewriter[]>();
const NO_REWRITERS: readonly PathRewriter[] = [];

function rewritersOf(guard: ApiGuard): readonly PathRewriter[] {
  if (guard.rewrites === undefined) return NO_REWRITERS;
  let compiled = rewriters.get(guard);
  if (compiled === undefined) {
    compiled = guard.rewrites.map(pathRewriter);
    rewriters.set(guard, compiled);
  }
  return compiled;
}
