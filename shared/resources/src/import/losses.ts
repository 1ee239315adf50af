/**
 * What becomes of something that manifests cannot say as the source did: `changed` is served, but differs; `ignored` has no
 * effect here; `withheld` keeps a route out of the manifests, since serving it without this would let more requests through.
 */
export type LossEffect = 'changed' | 'ignored' | 'withheld';

/** Something of the source that the manifests do not say as it did. */
export interface Loss {
  /** Where it is in the source, such as `services[0].routes[1].snis`. */
  readonly path: string;
  readonly effect: LossEffect;
  /** Why, and what is served instead. */
  readonly message: string;
}

/** Collects the losses of one import; each place and reason once, in the order of the source. */
export class Losses {
  readonly #byKey = new Map<string, Loss>();

  add(effect: LossEffect, path: string, message: string): void {
    const key = `${effect} ${path} ${message}`;
    if (!this.#byKey.has(key)) this.#byKey.set(key, { path, effect, message });
  }

  list(): readonly Loss[] {
    return [...this.#byKey.values()];
  }
}
