import type { Rule } from '../model/rule.ts';

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

/** How a stored prefix meets a path: anywhere, or only where a path segment ends. */
export type PrefixKind = 'literal' | 'segments';

interface Node<T> {
  /** Text between the parent and this node. */
  label: string;
  literal: T | null;
  segments: T | null;
  readonly children: Map<number, Node<T>>;
}

const SLASH = 0x2f;

/** A radix tree of path prefixes: finding all prefixes of a path costs its length, however many are stored. */
export class PathTree<T> {
  readonly #root = leaf<T>('');

  get isEmpty(): boolean {
    return isBare(this.#root);
  }

  /** The value stored for a prefix, made on first use. */
  at(prefix: string, kind: PrefixKind, make: () => T): T {
    let node = this.#root;
    let rest = prefix;
    while (rest !== '') {
      const child = node.children.get(rest.charCodeAt(0));
      if (child === undefined) {
        const added = leaf<T>(rest);
        node.children.set(rest.charCodeAt(0), added);
        node = added;
        break;
      }
      const shared = sharedLength(child.label, rest);
      node = shared === child.label.length ? child : split(node, child, shared);
      rest = rest.slice(shared);
    }
    return (node[kind] ??= make());
  }

  /** Forgets the value of a prefix and every branch that led only to it. */
  delete(prefix: string, kind: PrefixKind): void {
    const path = [this.#root];
    let at = 0;
    while (at < prefix.length) {
      const child = path.at(-1)?.children.get(prefix.charCodeAt(at));
      if (child === undefined || !prefix.startsWith(child.label, at)) return;
      path.push(child);
      at += child.label.length;
    }
    let node = path.pop();
    if (node === undefined) return;
    node[kind] = null;
    for (let parent = path.pop(); parent !== undefined && isBare(node); parent = path.pop()) {
      parent.children.delete(node.label.charCodeAt(0));
      node = parent;
    }
  }

  /** Visits the values of every stored prefix of the path, shortest first. */
  walk(path: string, visit: (value: T) => void): void {
    let node: Node<T> | undefined = this.#root;
    let at = 0;
    while (node !== undefined && path.startsWith(node.label, at)) {
      at += node.label.length;
      if (node.literal !== null) visit(node.literal);
      const isAtEnd = at >= path.length;
      if (node.segments !== null && (isAtEnd || path.charCodeAt(at) === SLASH)) visit(node.segments);
      node = isAtEnd ? undefined : node.children.get(path.charCodeAt(at));
    }
  }
}

function leaf<T>(label: string): Node<T> {
  return { label, literal: null, segments: null, children: new Map() };
}

function isBare<T>(node: Node<T>): boolean {
  return node.literal === null && node.segments === null && node.children.size === 0;
}

function split<T>(parent: Node<T>, child: Node<T>, at: number): Node<T> {
  const middle = leaf<T>(child.label.slice(0, at));
  parent.children.set(middle.label.charCodeAt(0), middle);
  child.label = child.label.slice(at);
  middle.children.set(child.label.charCodeAt(0), child);
  return middle;
}

function sharedLength(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}
