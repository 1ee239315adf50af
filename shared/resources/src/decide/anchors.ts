import type { Rule } from '../model/rule.ts';

/**
 * Path prefixes one of which a path must start with for the rule to hold; null when the path does not matter or only
 * the rule itself can tell. An index, not a condition.
 */
export function anchorsOf(rule: Rule): readonly string[] | null {
  switch (rule.kind) {
    case 'path':
      return [rule.path];
    case 'pathPrefix':
      return [rule.segments && rule.prefix.endsWith('/') ? rule.prefix.slice(0, -1) : rule.prefix];
    case 'and': {
      const known = rule.rules.map(anchorsOf).filter((anchors) => anchors !== null);
      return known.reduce<readonly string[] | null>(
        (best, anchors) => (best === null || narrowness(anchors) > narrowness(best) ? anchors : best),
        null,
      );
    }
    case 'or': {
      const branches = rule.rules.map(anchorsOf);
      const all: string[] = [];
      for (const anchors of branches) {
        if (anchors === null) return null;
        all.push(...anchors);
      }
      return [...new Set(all)];
    }
    default:
      return null;
  }
}

function narrowness(anchors: readonly string[]): number {
  return Math.min(...anchors.map((anchor) => anchor.length));
}
