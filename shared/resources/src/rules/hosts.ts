import type { Rule } from '../model/rule.ts';

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
