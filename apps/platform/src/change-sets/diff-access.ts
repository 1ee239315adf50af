import { isDeepStrictEqual } from 'node:util';
import type { AffectedApi } from '@portolan/contract/changes';
import type { Limit, Model } from '@portolan/resources/model/model';
import { accessOf, type ApiAccess } from './access-of.ts';

/** Change of an API that its callers can observe, without the number of users. */
export interface AccessDiff extends Omit<AffectedApi, 'users'> {
  readonly groupsBefore: readonly string[];
  readonly groupsAfter: readonly string[];
}

/** Returns the APIs that differ for callers between two models of a cluster. */
export function diffAccess(before: Model, after: Model): AccessDiff[] {
  const [was, is] = [accessOf(before), accessOf(after)];
  const keys = [...new Set([...was.keys(), ...is.keys()])].toSorted();
  return keys.flatMap((key) => compareOne(was.get(key) ?? null, is.get(key) ?? null) ?? []);
}

function compareOne(was: ApiAccess | null, is: ApiAccess | null): AccessDiff | null {
  const api = (is ?? was)?.api;
  if (!api) return null;
  const [before, after] = [was?.rights ?? NO_RIGHTS, is?.rights ?? NO_RIGHTS];
  const groups = {
    gained: minus(after.keys(), before),
    lost: minus(before.keys(), after),
    changed: [...after.keys()]
      .filter((group) => before.has(group) && !isDeepStrictEqual(before.get(group), after.get(group)))
      .toSorted(),
  };
  const paths = {
    added: minus(is?.paths ?? [], was?.paths ?? new Set()),
    removed: minus(was?.paths ?? [], is?.paths ?? new Set()),
  };
  const limits = { before: (was?.limits ?? []).map(limitView), after: (is?.limits ?? []).map(limitView) };
  const haveLimitsChanged = !isDeepStrictEqual(was?.limits ?? [], is?.limits ?? []);
  const havePathsChanged = paths.added.length + paths.removed.length > 0;
  const what = [
    ...(groups.gained.length + groups.lost.length + groups.changed.length > 0 ? (['access'] as const) : []),
    ...(havePathsChanged ? (['paths'] as const) : []),
    ...(haveLimitsChanged ? (['limits'] as const) : []),
    ...(was && is && hasOtherBehaviour(was, is, havePathsChanged) ? (['behaviour'] as const) : []),
  ];
  if (what.length === 0) return null;
  return {
    key: api.key,
    namespace: api.namespace,
    name: api.name,
    what,
    groups,
    paths,
    limits: haveLimitsChanged ? limits : null,
    groupsBefore: [...before.keys()],
    groupsAfter: [...after.keys()],
  };
}

/** Returns whether other behaviour differs. Changed paths always come with changed rules, which are then not reported. */
function hasOtherBehaviour(was: ApiAccess, is: ApiAccess, havePathsChanged: boolean): boolean {
  if (!isDeepStrictEqual(was.behaviour, is.behaviour)) return true;
  return !havePathsChanged && !isDeepStrictEqual(was.rules, is.rules);
}

const NO_RIGHTS: ApiAccess['rights'] = new Map();

function minus(all: Iterable<string>, known: { has(value: string): boolean }): string[] {
  return [...all].filter((value) => !known.has(value)).toSorted();
}

function limitView({ source, groups, limit, periodMs }: Limit) {
  return {
    source: source.name,
    groups: groups === 'any' ? [] : [...groups],
    any: groups === 'any',
    limit,
    periodMs,
  };
}
