const NONE: ReadonlySet<string> = new Set();

/** A relation between objects that can be read from both ends. */
export class Links {
  readonly #forward = new Map<string, Set<string>>();
  readonly #backward = new Map<string, Set<string>>();

  /** Replaces what `from` points to; returns the targets gained or lost. */
  replace(from: string, targets: ReadonlySet<string>): string[] {
    const before = this.targets(from);
    const changed = [
      ...[...before].filter((to) => !targets.has(to)),
      ...[...targets].filter((to) => !before.has(to)),
    ];
    for (const to of changed) {
      if (targets.has(to)) this.add(from, to);
      else this.remove(from, to);
    }
    return changed;
  }

  add(from: string, to: string): boolean {
    if (this.#forward.get(from)?.has(to) === true) return false;
    insert(this.#forward, from, to);
    insert(this.#backward, to, from);
    return true;
  }

  remove(from: string, to: string): boolean {
    if (this.#forward.get(from)?.has(to) !== true) return false;
    erase(this.#forward, from, to);
    erase(this.#backward, to, from);
    return true;
  }

  targets(from: string): ReadonlySet<string> {
    return this.#forward.get(from) ?? NONE;
  }

  sources(to: string): ReadonlySet<string> {
    return this.#backward.get(to) ?? NONE;
  }
}

/** Adds to a multimap. */
export function insert(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

/** Takes out of a multimap, leaving no empty set behind. */
export function erase(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  values?.delete(value);
  if (values?.size === 0) map.delete(key);
}
