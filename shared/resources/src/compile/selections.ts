import { Links, erase, insert } from './links.ts';
import { type Labels, type LabelSelector, requiredPair, selects } from './selector.ts';

/** What an object picks: whatever its selector matches, and what it lists by key. */
export interface Selection {
  readonly selector: LabelSelector | undefined;
  readonly keys: readonly string[];
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

  /** Returns whether the set of holders that select the target changed. */
  setTarget(target: string, labels: Labels | null): boolean {
    for (const pair of pairsOf(this.#targets.get(target))) erase(this.#targetsByPair, pair, target);
    if (labels === null) this.#targets.delete(target);
    else this.#targets.set(target, labels);
    for (const pair of pairsOf(labels)) insert(this.#targetsByPair, pair, target);

    const before = new Set(this.links.sources(target));
    const after = labels === null ? new Set<string>() : this.#holdersOf(target, labels);
    let isChanged = false;
    for (const holder of before)
      if (!after.has(holder)) isChanged = this.links.remove(holder, target) || isChanged;
    for (const holder of after) isChanged = this.links.add(holder, target) || isChanged;
    return isChanged;
  }

  #select({ selector, keys }: Selection): Set<string> {
    const selected = new Set(keys.filter((key) => this.#targets.has(key)));
    if (selector === undefined) return selected;
    const pair = requiredPair(selector);
    const candidates = pair === null ? this.#targets.keys() : (this.#targetsByPair.get(pair) ?? []);
    for (const key of candidates) if (selects(selector, this.#targets.get(key) ?? {})) selected.add(key);
    return selected;
  }

  #holdersOf(target: string, labels: Labels): Set<string> {
    const found = new Set(this.#holdersByKey.get(target));
    const consider = (holder: string): void => {
      if (selects(this.#holders.get(holder)?.selector, labels)) found.add(holder);
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

function pairsOf(labels: Labels | null | undefined): string[] {
  return Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
}
