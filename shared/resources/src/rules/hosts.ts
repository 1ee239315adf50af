import type { Rule } from '../model/rule.ts';

/** A host as rules compare it: lower case, without port, trailing dot and IPv6 brackets. */
export function normaliseHost(host: string): string {
  let name = host;
  if (name.startsWith('[')) {
    const end = name.indexOf(']');
    name = end === -1 ? name.slice(1) : name.slice(1, end);
  } else {
    const colon = name.indexOf(':');
    // Two colons or more: an IPv6 address written without brackets, which has no port.
    if (colon !== -1 && !name.includes(':', colon + 1)) name = name.slice(0, colon);
  }
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name.toLowerCase();
}

/** Hosts one of which a request must name for the rule to hold; empty when the rule alone must decide. */
export function hostsOf(rule: Rule): readonly string[] {
  switch (rule.kind) {
    case 'host':
      return [rule.host];
    case 'and':
      return rule.rules.map(hostsOf).find((hosts) => hosts.length > 0) ?? [];
    case 'or': {
      const branches = rule.rules.map(hostsOf);
      return branches.some((hosts) => hosts.length === 0) ? [] : [...new Set(branches.flat())];
    }
    default:
      return [];
  }
}
