import type { ApiGuard, Grant, OperationMatcher } from '../model/model.ts';
import type { Identity } from '../model/request.ts';
import { compileRegex } from '../rules/regex.ts';

/** Whether a right reaches somebody: any signed-in user, or a member of one of its groups. */
export function reaches(groups: readonly string[] | 'any', identity: Identity): boolean {
  if (groups === 'any') return true;
  for (const group of identity.groups) if (groups.includes(group)) return true;
  return false;
}

/** Whether a grant lets an operation through; `path` is relative to the API. */
export function opensOperation(grant: Grant, guard: ApiGuard, method: string, path: string): boolean {
  if (grant.operations === null) return true;
  for (const set of grant.operations) {
    for (const matcher of guard.operationSets.get(set) ?? [])
      if (matchesOperation(matcher, method, path)) return true;
  }
  return false;
}

/** Path and method must both agree; a matcher without a path takes any. */
function matchesOperation(matcher: OperationMatcher, method: string, path: string): boolean {
  if (matcher.methods !== null && !matcher.methods.includes(method)) return false;
  if (matcher.path !== undefined) return path === matcher.path;
  if (matcher.pathPrefix !== undefined) return path.startsWith(matcher.pathPrefix);
  return matcher.pathRegex === undefined || compileRegex(matcher.pathRegex).test(path);
}
