import { parseKey } from '../kinds/object.ts';

/** What an object picks: whatever its selector matches, and what it lists by key. */
export interface Selection {
  readonly selector: LabelSelector | undefined;
  readonly keys: readonly string[];
  /** The selector matches objects of this namespace only; absent: of all. */
  readonly namespace?: string;
}

/**
 * Keeps "holder selects target" up to date from either end. Both ends are indexed by one label pair, so that a
 * change touches the objects it concerns and not every selector of the workspace.
 */
export class Selections {
  readonly links = new Links();
  readonly #holders = new Map<string, Selection>();
  readonly #targets = new Map<string, Labels>();
  readonly #holdersByPair = new Map<string, Set<string>>();
  readonly #holdersByKey = new Map<string, Set<string>>();
  readonly #holdersOfAny = new Set<string>();
  readonly #targetsByPair = new Map<string, Set<string>>();

  /** Returns the targets gained or lost. */
  setHolder(holder: string, selection: Selection | null): string[] {
    const before = this.#holders.get(holder);
    if (before !== undefined) this.#index(holder, before, erase);
    if (selection === null) this.#holders.delete(holder);
    else {
      this.#holders.set(holder, selection);
      this.#index(holder, selection, insert);
    }
    return this.links.replace(holder, selection === null ? new Set() : this.#select(selection));
  }

  /** Returns the holders that select the target now and did not before, or the other way round. */
  setTarget(target: string, labels: Labels | null): string[] {
    for (const pair of pairsOf(this.#targets.get(target))) erase(this.#targetsByPair, pair, target);
    if (labels === null) this.#targets.delete(target);
    else this.#targets.set(target, labels);
    for (const pair of pairsOf(labels)) insert(this.#targetsByPair, pair, target);

    const before = new Set(this.links.sources(target));
    const after = labels === null ? new Set<string>() : this.#holdersOf(target, labels);
    const changed = [...before].filter((holder) => !after.has(holder) && this.links.remove(holder, target));
    return [...changed, ...[...after].filter((holder) => this.links.add(holder, target))];
  }

  #select({ selector, keys, namespace }: Selection): Set<string> {
    const selected = new Set(keys.filter((key) => this.#targets.has(key)));
    if (selector === undefined) return selected;
    const pair = requiredPair(selector);
    const candidates = pair === null ? this.#targets.keys() : (this.#targetsByPair.get(pair) ?? []);
    for (const key of candidates)
      if (isIn(key, namespace) && selects(selector, this.#targets.get(key) ?? {})) selected.add(key);
    return selected;
  }

  #holdersOf(target: string, labels: Labels): Set<string> {
    const found = new Set(this.#holdersByKey.get(target));
    const consider = (holder: string): void => {
      const { selector, namespace } = this.#holders.get(holder) ?? {};
      if (isIn(target, namespace) && selects(selector, labels)) found.add(holder);
    };
    this.#holdersOfAny.forEach(consider);
    for (const pair of pairsOf(labels)) this.#holdersByPair.get(pair)?.forEach(consider);
    return found;
  }

  #index(holder: string, selection: Selection, change: typeof insert): void {
    for (const key of selection.keys) change(this.#holdersByKey, key, holder);
    if (selection.selector === undefined) return;
    const pair = requiredPair(selection.selector);
    if (pair !== null) change(this.#holdersByPair, pair, holder);
    else if (change === insert) this.#holdersOfAny.add(holder);
    else this.#holdersOfAny.delete(holder);
  }
}

function isIn(key: string, namespace: string | undefined): boolean {
  return namespace === undefined || parseKey(key)?.namespace === namespace;
}

function pairsOf(labels: Labels | null | undefined): string[] {
  return Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
}

/** A Kubernetes label selector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelRequirement[];
}

interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy every requirement; an empty selector selects everything, an absent one nothing. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (valueOf(labels, key) !== value) return false;
  }
  return (selector.matchExpressions ?? []).every((requirement) => satisfies(requirement, labels));
}

/** One label an object must carry to be selected, as `key=value`; null when there is no such label. */
export function requiredPair(selector: LabelSelector): string | null {
  const [pair] = Object.entries(selector.matchLabels ?? {});
  return pair === undefined ? null : `${pair[0]}=${pair[1]}`;
}

/** As Kubernetes defines the operators: NotIn and DoesNotExist hold for objects without the label. */
function satisfies({ key, operator, values = [] }: LabelRequirement, labels: Labels): boolean {
  const value = valueOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

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

const NONE: ReadonlySet<string> = new Set();
