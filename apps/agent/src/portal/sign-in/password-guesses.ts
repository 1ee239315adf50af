import { networkOf } from '@portolan/contract/address-class';
import { foldDirectoryName } from '../../gateway/auth/directory-name.ts';

/**
 * Attempts within five minutes. One name from one network is what somebody guesses; many names from one network, and one name from
 * many networks, are how the first limit would be evaded. The last is high, as it keeps the true owner of the name out too.
 */
const PER_NAME_AND_NETWORK = 10;
const PER_NETWORK = 50;
const PER_NAME = 200;
const SPAN_MS = 5 * 60_000;
/** Checks under way at once: each holds a connection to the directory. */
const CHECKS_MAX = 32;
const COUNTS_MAX = 30_000;

/** A check of a password that has begun; `end` it once, whatever came of it. */
export interface Guess {
  end(result: { readonly isWrong: boolean }): void;
}

/** Limits how often passwords are tried. An attempt counts from its beginning, so that those made at once count too. */
export class PasswordGuesses {
  readonly #counts = new Map<string, { count: number; readonly until: number }>();
  #underWay = 0;

  /** Returns null for an attempt too many. */
  begin(name: string, address: string): Guess | null {
    const network = networkOf(address);
    const folded = foldDirectoryName(name);
    const limits: readonly (readonly [string, number])[] = [
      [`both ${network} ${folded}`, PER_NAME_AND_NETWORK],
      [`network ${network}`, PER_NETWORK],
      [`name ${folded}`, PER_NAME],
    ];
    if (this.#underWay >= CHECKS_MAX || limits.some(([key, max]) => this.#countOf(key) >= max)) return null;
    this.#underWay++;
    for (const [key] of limits) this.#add(key, 1);
    return {
      end: ({ isWrong }) => {
        this.#underWay--;
        if (!isWrong) for (const [key] of limits) this.#add(key, -1);
      },
    };
  }

  #countOf(key: string): number {
    const known = this.#counts.get(key);
    return known === undefined || known.until <= performance.now() ? 0 : known.count;
  }

  #add(key: string, by: 1 | -1): void {
    const now = performance.now();
    const known = this.#counts.get(key);
    if (known !== undefined && known.until > now) {
      known.count = Math.max(0, known.count + by);
      return;
    }
    this.#counts.delete(key);
    if (by < 0) return;
    this.#counts.set(key, { count: 1, until: now + SPAN_MS });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > COUNTS_MAX && oldest !== undefined) this.#counts.delete(oldest);
  }
}
