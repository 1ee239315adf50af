import { escapeRegex } from '../../rules/regex.ts';
import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import type { ImportedRoute, ImportedRule } from '../imported.ts';
import type { Losses } from '../losses.ts';
import { allOf, anyOf, hostCondition, pcreFault, quoted } from '../host-condition.ts';
import type { SourceMap } from '../source-map.ts';

/** A rule before its priority is known, with what Kong orders it by: each number weighs more than those after it. */
export interface KongRule {
  readonly match: string;
  readonly order: readonly number[];
  readonly middlewares: readonly MiddlewareSpecObject[];
}

/** Returns the rules of a route, one for each path; null when a condition of it cannot be kept. */
export function readRules(map: SourceMap, servicePath: string, losses: Losses): readonly KongRule[] | null {
  const hosts = map.texts('hosts') ?? [];
  const methods = map.texts('methods') ?? [];
  const paths = map.texts('paths') ?? [];
  const regexPriority = map.number('regex_priority') ?? 0;
  const headers = headerConditions(map);
  const isStripped = map.flag('strip_path') ?? true;
  if (hosts.some((host) => host.includes(':')))
    losses.add('changed', map.at('hosts'), 'hosts match whatever the port of the request');
  if (headers === null) {
    losses.add('withheld', map.at('headers'), 'a regular expression of it is not one of RE2');
    return null;
  }
  const host = anyOf(hosts.map(hostCondition));
  const method = anyOf(methods.map((name) => `Method(${quoted(name.toUpperCase())})`));
  const matched = [methods, hosts, headers, paths].filter((list) => list.length > 0).length;
  const isPlainHost = hosts.length > 0 && !hosts.some((name) => name.includes('*'));
  const rules: KongRule[] = [];
  for (const [index, path] of (paths.length === 0 ? [null] : paths).entries()) {
    const read = readPath(path, isStripped);
    if (read.fault !== null) {
      losses.add('withheld', `${map.at('paths')}[${index}]`, read.fault);
      return null;
    }
    rules.push({
      match: allOf([host, read.condition, method, ...headers]),
      order: [
        matched,
        Number(isPlainHost),
        headers.length,
        Number(read.isRegex),
        read.isRegex ? regexPriority : 0,
        path?.length ?? 0,
      ],
      middlewares: [
        ...read.middlewares,
        ...(servicePath === '' ? [] : [{ addPrefix: { prefix: servicePath } }]),
      ],
    });
  }
  return rules;
}

interface ReadPath {
  readonly condition: string | null;
  readonly isRegex: boolean;
  readonly middlewares: readonly MiddlewareSpecObject[];
  readonly fault: string | null;
}

/** Since 3.0 a path that begins with `~` is a regular expression. */
function readPath(path: string | null, isStripped: boolean): ReadPath {
  if (path === null) return { condition: null, isRegex: false, middlewares: [], fault: null };
  if (!path.startsWith('~')) {
    const middlewares = isStripped && path !== '/' ? [{ stripPrefix: { prefixes: [path] } }] : [];
    const fault = path.startsWith('/') ? null : 'the path is not absolute';
    return { condition: `PathPrefix(${quoted(path)})`, isRegex: false, middlewares, fault };
  }
  const pattern = `^${path.slice(1).replace(/^\^/, '')}`;
  return {
    condition: `PathRegexp(${quoted(pattern)})`,
    isRegex: true,
    middlewares: isStripped ? [{ stripPrefixRegex: { regex: [pattern] } }] : [],
    fault: pcreFault(pattern),
  };
}

/** Values are compared without case; one that begins with `~*` is a regular expression. */
function headerConditions(map: SourceMap): readonly string[] | null {
  const headers = map.map('headers');
  const conditions: string[] = [];
  for (const name of headers?.keys ?? []) {
    const patterns = (headers?.texts(name) ?? []).map((value) =>
      value.startsWith('~*') ? `(?i)${value.slice(2)}` : `(?i)^${escapeRegex(value)}$`,
    );
    if (patterns.some((pattern) => pcreFault(pattern) !== null)) return null;
    const any = anyOf(patterns.map((pattern) => `HeaderRegexp(${quoted(name)}, ${quoted(pattern)})`));
    if (any !== null) conditions.push(any);
  }
  return conditions;
}

/**
 * Returns routes whose rules are tried in Kong's order.
 * https://developer.konghq.com/gateway/routing/traditional/#routing-priority
 */
export function withPriorities(
  routes: readonly { readonly route: Omit<ImportedRoute, 'rules'>; readonly rules: readonly KongRule[] }[],
): readonly ImportedRoute[] {
  const ordered = routes.flatMap(({ rules }) => rules).toSorted((a, b) => compareOrder(b.order, a.order));
  const ranks = new Map(ordered.map((rule, index) => [rule, (ordered.length - index) * 10]));
  return routes.map(({ route, rules }) => ({
    ...route,
    rules: rules.map((rule): ImportedRule => ({
      match: rule.match,
      priority: ranks.get(rule) ?? 1,
      middlewares: rule.middlewares,
    })),
  }));
}

function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
