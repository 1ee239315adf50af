import type { Rule } from '../model/rule.ts';
import type { PrefixKind } from './path-tree.ts';

/** A path prefix that a path must start with. */
export interface Anchor {
  readonly prefix: string;
  readonly kind: PrefixKind;
}

/**
 * Prefixes one of which a path must start with for the rule to hold; null when the path does not matter or only
 * the rule itself can tell. An index, not a condition.
 */
export function anchorsOf(rule: Rule): readonly Anchor[] | null {
  switch (rule.kind) {
    case 'path':
      return [{ prefix: rule.path, kind: 'literal' }];
    case 'pathPrefix': {
      if (!rule.segments) return [{ prefix: rule.prefix, kind: 'literal' }];
      return [
        { prefix: rule.prefix.endsWith('/') ? rule.prefix.slice(0, -1) : rule.prefix, kind: 'segments' },
      ];
    }
    case 'and': {
      const known = rule.rules.map(anchorsOf).filter((anchors) => anchors !== null);
      return known.toSorted((a, b) => narrowness(b) - narrowness(a))[0] ?? null;
    }
    case 'or': {
      const all = new Map<string, Anchor>();
      for (const anchors of rule.rules.map(anchorsOf)) {
        if (anchors === null) return null;
        for (const anchor of anchors) all.set(`${anchor.kind} ${anchor.prefix}`, anchor);
      }
      return [...all.values()];
    }
    default:
      return null;
  }
}

function narrowness(anchors: readonly Anchor[]): number {
  return Math.min(...anchors.map(({ prefix }) => prefix.length));
}
