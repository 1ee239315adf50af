/**
 * Remembers which facts each unit read while it was compiled, and so answers what a change makes stale. Facts are
 * names such as "this object" or "what links to it"; a unit's own result is a fact that other units may read.
 */
export class Dependencies {
  readonly #readers = new Map<string, Set<string>>();
  readonly #facts = new Map<string, ReadonlySet<string>>();

  record(unit: string, facts: ReadonlySet<string>): void {
    this.forget(unit);
    this.#facts.set(unit, facts);
    for (const fact of facts) {
      const readers = this.#readers.get(fact);
      if (readers === undefined) this.#readers.set(fact, new Set([unit]));
      else readers.add(unit);
    }
  }

  forget(unit: string): void {
    for (const fact of this.#facts.get(unit) ?? []) {
      const readers = this.#readers.get(fact);
      readers?.delete(unit);
      if (readers?.size === 0) this.#readers.delete(fact);
    }
    this.#facts.delete(unit);
  }

  /** Returns the facts with a prefix that a unit has read, without the prefix. */
  read(prefix: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (const fact of this.#readers.keys())
      if (fact.startsWith(prefix)) found.add(fact.slice(prefix.length));
    return found;
  }

  /** Adds to `stale` every unit that read one of the facts, and all that read those units' results. */
  spread(facts: Iterable<string>, stale: Set<string>): void {
    const pending = [...facts];
    for (let fact = pending.pop(); fact !== undefined; fact = pending.pop()) {
      for (const unit of this.#readers.get(fact) ?? []) {
        if (stale.has(unit)) continue;
        stale.add(unit);
        pending.push(resultFact(unit));
      }
    }
  }
}

export const objectFact = (key: string): string => `object ${key}`;
export const resultFact = (key: string): string => `result ${key}`;
export const domainFact = (key: string): string => `domains ${key}`;
export const kindFact = (type: string): string => `kind ${type}`;
export const linkFact = (relation: string, key: string): string => `${relation} ${key}`;
export const INGRESS_CLASSES_FACT = 'ingress classes';
