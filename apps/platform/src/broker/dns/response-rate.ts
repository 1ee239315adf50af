import { networkOf } from '@portolan/contract/address-class';

const NETWORKS_MAX = 10_000;

/**
 * Limits responses over UDP to each network, so that queries with forged source addresses cannot turn this server on a third
 * party (ISC, Response Rate Limiting). Of those above the limit every second one is a truncated response, by which real clients
 * come back over TCP; it is no longer than the query.
 */
export class ResponseRate {
  readonly #perSecond: number;
  readonly #counts = new Map<string, number>();
  #second = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Returns what to send to an address at a time in milliseconds. */
  decide(address: string, now: number): 'whole' | 'truncated' | 'none' {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#counts.clear();
      this.#second = second;
    }
    const network = networkOf(address);
    // Beyond so many networks in a second, those that are new have a share between them.
    const key = this.#counts.has(network) || this.#counts.size < NETWORKS_MAX ? network : '';
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count <= this.#perSecond) return 'whole';
    return count % 2 === 0 ? 'truncated' : 'none';
  }
}
