import type { HttpRouteMatch } from '../../kinds/gateway-shapes.ts';
import type { Matcher, Rule } from '../../model/rule.ts';
import { escapeRegex, regexFault } from '../../rules/regex.ts';
import type { Fault } from '../unit.ts';

/** A match and its place among others: a larger priority goes first. */
export interface RankedRule {
  readonly rule: Rule;
  /** Hosts for the index of routes; empty for any, and for wildcards. */
  readonly hosts: readonly string[];
  readonly priority: number;
}

const HOST_WEIGHT_MAX = 512;
const PATH_LENGTH_MAX = 2048;
const CONDITIONS_MAX = 64;

/**
 * Returns the rule of a match under a host. Precedence is that of HTTPRouteRule in the Gateway API: the more specific host, an
 * exact path before the longest prefix, a method, more headers, more query parameters.
 */
export function ruleOf(match: HttpRouteMatch, host: string | null): RankedRule {
  const { path, method, headers = [], queryParams = [] } = match;
  const type = path?.type ?? 'PathPrefix';
  const value = path?.value ?? '/';
  const rules: Rule[] = [
    ...hostRule(host),
    pathRule(type, value),
    ...(method === undefined ? [] : [{ kind: 'method', method: method.toUpperCase() } as const]),
    // Of several conditions on one name the first counts.
    ...firstOfEach(headers, ({ name }) => name.toLowerCase()).map(
      ({ type: how, name, value: text }): Matcher =>
        how === 'RegularExpression'
          ? { kind: 'headerRegexp', name: name.toLowerCase(), regex: text }
          : { kind: 'header', name: name.toLowerCase(), value: text },
    ),
    ...firstOfEach(queryParams, ({ name }) => name).map(({ type: how, name, value: text }): Matcher =>
      how === 'RegularExpression'
        ? { kind: 'queryRegexp', name, regex: text }
        : { kind: 'query', name, value: text },
    ),
  ];
  const isWildcard = host?.startsWith('*.') === true;
  const ranks = [
    [hostWeight(host), HOST_WEIGHT_MAX],
    // Where a regular expression goes is left to implementations: as a prefix of its length.
    [type === 'Exact' ? 1 : 0, 2],
    [Math.min(value.length, PATH_LENGTH_MAX - 1), PATH_LENGTH_MAX],
    [method === undefined ? 0 : 1, 2],
    [headers.length, CONDITIONS_MAX],
    [queryParams.length, CONDITIONS_MAX],
  ] as const;
  return {
    rule: { kind: 'and', rules },
    hosts: host === null || isWildcard ? [] : [host],
    priority: ranks.reduce((sum, [rank, base]) => sum * base + rank, 0),
  };
}

/** Returns what is wrong with a match by itself. */
export function matchFaults(match: HttpRouteMatch, field: string): Fault[] {
  const regexes = [
    ...(match.path?.type === 'RegularExpression'
      ? [[`${field}.path.value`, match.path.value ?? '/'] as const]
      : []),
    ...(['headers', 'queryParams'] as const).flatMap((list) =>
      (match[list] ?? []).flatMap(({ type, value }, at) =>
        type === 'RegularExpression' ? [[`${field}.${list}[${at}].value`, value] as const] : [],
      ),
    ),
  ];
  const faults = regexes.flatMap(([at, regex]) => {
    const problem = regexFault(regex);
    return problem === null
      ? []
      : [
          {
            code: 'invalid',
            field: at,
            message: `bad regular expression: ${problem}`,
            fix: 'use RE2 syntax',
          },
        ];
  });
  const path = match.path?.value ?? '/';
  if (match.path?.type !== 'RegularExpression' && !path.startsWith('/'))
    faults.push({
      code: 'invalid',
      field: `${field}.path.value`,
      message: "must start with '/'",
      fix: 'write an absolute path',
    });
  return faults;
}

function hostWeight(host: string | null): number {
  if (host === null) return 0;
  return host.startsWith('*.') ? host.length - 1 : HOST_WEIGHT_MAX / 2 + Math.min(host.length, 255);
}

function hostRule(host: string | null): Rule[] {
  if (host === null) return [];
  if (!host.startsWith('*.')) return [{ kind: 'host', host }];
  return [{ kind: 'hostRegexp', regex: `^.+${escapeRegex(host.slice(1))}$` }];
}

function pathRule(type: 'Exact' | 'PathPrefix' | 'RegularExpression', value: string): Rule {
  if (type === 'Exact') return { kind: 'path', path: value };
  if (type === 'RegularExpression') return { kind: 'pathRegexp', regex: value };
  // A trailing slash of a prefix says nothing.
  return { kind: 'pathPrefix', prefix: value.replace(/(?<=.)\/+$/, ''), segments: true };
}

function firstOfEach<T>(list: readonly T[], nameOf: (item: T) => string): T[] {
  return list.filter((item, index) => list.findIndex((other) => nameOf(other) === nameOf(item)) === index);
}
