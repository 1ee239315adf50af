import { claimsTest, type ClaimsTest } from '../claims/claims-test.ts';
import type { ApiGuard, Grant, Limit, OperationMatcher } from '../model/model.ts';
import type { Identity } from '../model/request.ts';
import { compileRegex } from '../rules/regex.ts';

/** Whether a right reaches somebody: any signed-in user, or a member of one of its groups. */
export function reaches(groups: readonly string[] | 'any', identity: Identity): boolean {
  if (groups === 'any') return true;
  for (const group of identity.groups) if (groups.includes(group)) return true;
  return false;
}

/** Whether a grant is for a caller: by group, or by application, and by the claims of its token. */
export function reachesCaller(grant: Grant, identity: Identity): boolean {
  if (!reaches(grant.groups, identity) && !namesApplication(grant, identity)) return false;
  return grant.claims === undefined || claimsTestOf(grant, grant.claims)(identity.claims);
}

/** Whether a grant names the caller's application. */
export function namesApplication({ access, applications }: Grant, { application }: Identity): boolean {
  if (applications === undefined || application === undefined) return false;
  const { id, namespace } = application;
  return (namespace === null || namespace === access.namespace) && applications.includes(id);
}

const claimsTests = new WeakMap<Grant, ClaimsTest>();

function claimsTestOf(grant: Grant, expression: string): ClaimsTest {
  let test = claimsTests.get(grant);
  if (test === undefined) {
    test = claimsTest(expression);
    claimsTests.set(grant, test);
  }
  return test;
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

/**
 * The limit that applies to a caller: limits that name one of the caller's groups go before those for everybody;
 * within a group the strictest counts, between groups the most favourable.
 */
export function selectLimit(limits: readonly Limit[], groups: readonly string[]): Limit | null {
  let best: Limit | null = null;
  for (const group of groups) {
    const strictest = strictestOf(limits, group);
    if (strictest !== null && (best === null || compareStrictness(strictest, best) > 0)) best = strictest;
  }
  return best ?? strictestOf(limits, null);
}

/** The strictest limit of one group, or of those for everybody. */
function strictestOf(limits: readonly Limit[], group: string | null): Limit | null {
  let strictest: Limit | null = null;
  for (const limit of limits) {
    const applies = limit.groups === 'any' ? group === null : group !== null && limit.groups.includes(group);
    if (applies && (strictest === null || compareStrictness(limit, strictest) < 0)) strictest = limit;
  }
  return strictest;
}

/** Negative when `a` is stricter: by rate, then by burst, then by name so that ties never depend on order. */
function compareStrictness(a: Limit, b: Limit): number {
  const byRate = a.limit / a.periodMs - b.limit / b.periodMs;
  if (byRate !== 0) return byRate;
  return a.limit - b.limit || (a.source.key < b.source.key ? -1 : a.source.key > b.source.key ? 1 : 0);
}
