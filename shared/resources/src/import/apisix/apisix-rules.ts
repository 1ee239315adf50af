import { escapeRegex } from '../../rules/regex.ts';
import type { ImportedRule } from '../imported.ts';
import type { Losses } from '../losses.ts';
import { allOf, anyOf, hostCondition, quoted } from '../host-condition.ts';
import type { SourceMap } from '../source-map.ts';

/**
 * Returns the rules of a route; null when a condition of it cannot be kept. Exact paths go before prefixes, and longer prefixes
 * before shorter ones, within the same priority. https://apisix.apache.org/docs/apisix/terminology/route/
 */
export function readApisixRules(
  map: SourceMap,
  service: SourceMap | undefined,
  losses: Losses,
): readonly ImportedRule[] | null {
  for (const key of ['vars', 'filter_func', 'script'])
    if (map.has(key)) {
      losses.add('withheld', map.at(key), 'is a condition that rules do not have');
      return null;
    }
  const hosts = map.texts('hosts') ?? map.texts('host') ?? service?.texts('hosts') ?? [];
  const methods = map.texts('methods') ?? [];
  const addresses = map.texts('remote_addrs') ?? map.texts('remote_addr') ?? [];
  const uris = map.texts('uris') ?? map.texts('uri') ?? ['/*'];
  const priority = map.number('priority') ?? 0;
  const conditions = [
    anyOf(hosts.map(hostCondition)),
    anyOf(methods.map((name) => `Method(${quoted(name.toUpperCase())})`)),
    anyOf(addresses.map((address) => `ClientIP(${quoted(address)})`)),
  ];
  return uris.map((uri) => ({
    match: allOf([pathCondition(uri), ...conditions]),
    priority: priorityOf(uri, priority, hosts.length > 0),
  }));
}

/** `/a/*` is a prefix, `/a/:id` has a segment for each name, anything else is exact. */
function pathCondition(uri: string): string {
  if (uri.includes(':')) {
    const pattern = uri
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : escapeRegex(part)))
      .join('/');
    return `PathRegexp(${quoted(`^${pattern}$`)})`;
  }
  return uri.endsWith('*') ? `PathPrefix(${quoted(uri.slice(0, -1))})` : `Path(${quoted(uri)})`;
}

const PRIORITY_STEP = 1_000_000;

function priorityOf(uri: string, priority: number, hasHost: boolean): number {
  const isExact = !uri.endsWith('*') && !uri.includes(':');
  const rank = (hasHost ? 200_000 : 0) + (isExact ? 100_000 : 0) + Math.min(uri.length, 9999) * 10;
  return Math.max(1, Math.trunc(priority) * PRIORITY_STEP + rank);
}
