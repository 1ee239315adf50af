import { BlockList, isIP, isIPv6 } from 'node:net';

/** A set of addresses and networks such as `10.0.0.0/8` or `::1`. */
export class AddressSet {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** @throws Error naming the entry that is neither an address nor a network. */
  constructor(entries: readonly string[]) {
    this.#isEmpty = entries.length === 0;
    for (const entry of entries) this.#add(entry.trim());
  }

  has(address: string): boolean {
    if (this.#isEmpty) return false;
    const plain = unmapped(address);
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }

  #add(entry: string): void {
    const [address = '', bits, ...more] = entry.split('/');
    const family = isIP(address);
    const type = family === 6 ? 'ipv6' : 'ipv4';
    const width = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? width : Number(bits);
    if (
      family === 0 ||
      more.length > 0 ||
      bits === '' ||
      !Number.isInteger(prefix) ||
      prefix < 0 ||
      prefix > width
    ) {
      throw new Error(`"${entry}" is not an IP address or a network such as 10.0.0.0/8`);
    }
    this.#list.addSubnet(address, prefix, type);
  }
}

/** `::ffff:192.0.2.1`, as dual-stack sockets report IPv4 peers, is 192.0.2.1 everywhere else. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') && !isIPv6(address.slice(7)) && isIP(address.slice(7)) === 4
    ? address.slice(7)
    : address;
}

/**
 * The address `depth` places from the right of X-Forwarded-For, as Traefik's `ipStrategy.depth` reads it; depth 0 is the peer.
 * Null when the list is shorter than that.
 */
export function addressAtDepth(forwardedFor: string | undefined, peer: string, depth: number): string | null {
  if (depth <= 0) return peer;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const address = hops.at(-depth);
  return address === undefined || address === '' ? null : unmapped(address);
}
