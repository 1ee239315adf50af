/** Visits what is stored for one prefix; returns false to stop the walk. */
type Visitor<T> = (value: T) => void;

interface Node<T> {
  /** Text between the parent and this node. */
  label: string;
  value: T | null;
  readonly children: Map<number, Node<T>>;
}

/** A radix tree of path prefixes: finding all prefixes of a path costs its length, however many are stored. */
export class PathTree<T> {
  readonly #root: Node<T> = { label: '', value: null, children: new Map() };

  /** The value stored for a prefix, made on first use. */
  at(prefix: string, make: () => T): T {
    let node = this.#root;
    let rest = prefix;
    while (rest !== '') {
      const child = node.children.get(rest.charCodeAt(0));
      if (child === undefined) {
        const leaf: Node<T> = { label: rest, value: null, children: new Map() };
        node.children.set(rest.charCodeAt(0), leaf);
        node = leaf;
        break;
      }
      const shared = sharedLength(child.label, rest);
      node = shared === child.label.length ? child : split(node, child, shared);
      rest = rest.slice(shared);
    }
    node.value ??= make();
    return node.value;
  }

  /** Visits the values of every stored prefix of the path, shortest first. */
  walk(path: string, visit: Visitor<T>): void {
    let node: Node<T> | undefined = this.#root;
    let at = 0;
    while (node !== undefined && path.startsWith(node.label, at)) {
      at += node.label.length;
      if (node.value !== null) visit(node.value);
      node = at < path.length ? node.children.get(path.charCodeAt(at)) : undefined;
    }
  }
}

function split<T>(parent: Node<T>, child: Node<T>, at: number): Node<T> {
  const middle: Node<T> = { label: child.label.slice(0, at), value: null, children: new Map() };
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
