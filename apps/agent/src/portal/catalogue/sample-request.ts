import { operationPath } from '@portolan/resources/decide/authorize';
import type { Route } from '@portolan/resources/model/model';
import type { RequestFacts } from '@portolan/resources/model/request';
import type { Rule } from '@portolan/resources/model/rule';
import { encodePath } from '@portolan/resources/rules/path';
import type { DocumentIndex, OperationEntry } from '../../gateway/openapi/compile/compiled.ts';
import type { ApiRoute } from './catalogue.ts';

/** A request to an operation that says all its route demands: the version's header or query parameter, where it has one. */
export interface SampleRequest extends RequestFacts {
  readonly headers: readonly (readonly [string, string])[];
  readonly parameters: readonly (readonly [string, string])[];
}

interface Conditions extends Pick<SampleRequest, 'headers' | 'parameters' | 'query'> {}

const conditions = new WeakMap<Route, Conditions>();

/** Returns what a request must have to match a route, besides host and path. */
export function conditionsOf({ route }: ApiRoute): Conditions {
  let known = conditions.get(route);
  if (known === undefined) {
    known = readConditions(route.rule);
    conditions.set(route, known);
  }
  return known;
}

function readConditions(root: Rule): Conditions {
  const headers: [string, string][] = [];
  const parameters: [string, string][] = [];
  const visit = (rule: Rule): void => {
    if (rule.kind === 'and') rule.rules.forEach(visit);
    else if (rule.kind === 'header') headers.push([rule.name, rule.value]);
    else if (rule.kind === 'query') parameters.push([rule.name, rule.value]);
  };
  visit(root);
  return { headers, parameters, query: new URLSearchParams(parameters).toString() };
}

/** Makes a request to a path of an API's host. */
export function sampleRequest(place: ApiRoute, method: string, path: string): SampleRequest {
  const { headers, parameters, query } = conditionsOf(place);
  return {
    method,
    scheme: place.route.scheme ?? 'https',
    host: place.host,
    path,
    query,
    header: (name) => headers.find(([known]) => known === name.toLowerCase())?.[1],
    clientIp: '127.0.0.1',
    headers,
    parameters,
  };
}

/**
 * Returns the public path of a document's path: below the API's prefix, with the path of the document's first server. A version's own
 * prefix is part of what the Service sees unless it is stripped, so a document may name it already.
 */
export function publicPath(
  place: ApiRoute,
  { basePath }: Pick<DocumentIndex, 'basePath'>,
  path: string,
): string {
  const { versionPrefix, stripVersionPrefix } = place.guard;
  const full = `${basePath}${path}`;
  const namesVersion =
    !stripVersionPrefix && versionPrefix !== '' && `${full}/`.startsWith(`${versionPrefix}/`);
  return `${publicPrefix(place)}${namesVersion ? '' : versionPrefix}${full}`;
}

const prefixes = new WeakMap<Route, string>();

/** Returns the path below which an API is reached, empty for the root: its prefix, or that which the route's middlewares strip. */
export function publicPrefix({ route, guard }: ApiRoute): string {
  if (guard.rewrites === undefined || guard.rewrites.length === 0)
    return guard.prefix === '/' ? '' : guard.prefix;
  let prefix = prefixes.get(route);
  if (prefix === undefined) {
    prefix = pathsIn(route.rule).find((each) => operationPath(guard, `${each}${PROBE}`) === PROBE) ?? '';
    prefixes.set(route, prefix);
  }
  return prefix;
}

const PROBE = '/-/probe';

/** Literal paths that a rule demands, without a slash at their end. */
function pathsIn(rule: Rule): string[] {
  if (rule.kind === 'and' || rule.kind === 'or') return rule.rules.flatMap(pathsIn);
  return rule.kind === 'pathPrefix' ? [rule.prefix.replace(/\/$/, '')] : [];
}

const TRIES_MAX = 32;

/** Yields concrete paths of an operation, likeliest first: with example values, and with those that filters of rights name. */
export function* concretePaths(
  place: ApiRoute,
  index: DocumentIndex,
  { path, pathExamples }: OperationEntry,
): Generator<string> {
  const encoded = (concrete: string): string => encodePath(publicPath(place, index, concrete));
  if (!path.includes('{')) {
    yield encoded(path);
    return;
  }
  const names = Object.keys(pathExamples);
  const rounds = Math.max(1, ...names.map((name) => pathExamples[name]?.length ?? 0));
  for (let round = 0; round < Math.min(rounds, TRIES_MAX); round++) {
    const valueOf = (name: string): string => {
      const values = pathExamples[name] ?? [];
      return values[round % Math.max(1, values.length)] ?? '1';
    };
    yield encoded(fill(path, valueOf));
  }
  for (const filter of filterPaths(place)) {
    const concrete = fitted(path, index.basePath, filter, pathExamples);
    if (concrete !== null) yield encoded(concrete);
  }
}

function fill(path: string, valueOf: (name: string) => string): string {
  return path.replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) => encodeURIComponent(valueOf(name)));
}

/** Paths that the operation sets of an API name. */
function filterPaths({ guard }: ApiRoute): string[] {
  const matchers = [...guard.operationSets.values()].flat();
  return matchers.flatMap(({ path, pathPrefix }) => path ?? pathPrefix ?? []).slice(0, TRIES_MAX);
}

/** Returns the path with values as a filter's path has them at the same places; null where the two differ elsewhere. */
function fitted(
  path: string,
  basePath: string,
  filter: string,
  examples: OperationEntry['pathExamples'],
): string | null {
  const relative =
    basePath !== '' && `${filter}/`.startsWith(`${basePath}/`) ? filter.slice(basePath.length) : filter;
  const given = relative.split('/');
  const filled = path.split('/').map((segment, at) => {
    const value = given[at];
    if (!segment.includes('{'))
      return value === undefined || value === '' || value === segment ? segment : null;
    return value === undefined || value === ''
      ? fill(segment, (name) => examples[name]?.[0] ?? '1')
      : /^\{[^{}]+\}$/.test(segment)
        ? value
        : null;
  });
  return filled.includes(null) ? null : filled.join('/');
}
