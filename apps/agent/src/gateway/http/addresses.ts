import { BlockList, isIP, isIPv6 } from 'node:net';
import type { IpStrategy } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';

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
 * Reads the address that a strategy of Traefik's picks; null when there is none. X-Forwarded-For is believed only from trusted proxies: anyone
 * else could write into it what a list allows.
 */
export function addressPicker(strategy: IpStrategy): (exchange: Exchange) => string | null {
  const { depth, ipv6Subnet } = strategy;
  const excluded = new AddressSet(strategy.excludedIPs);
  const pick = (exchange: Exchange): string | null => {
    if (depth <= 0 && strategy.excludedIPs.length === 0) return exchange.client.address;
    const forwarded = exchange.client.isTrusted ? exchange.header('x-forwarded-for') : undefined;
    const hops = (forwarded ?? '').split(',').map((hop) => unmapped(hop.trim()));
    const address = depth > 0 ? hops.at(-depth) : hops.findLast((hop) => !excluded.has(hop));
    return address === undefined || address === '' ? null : address;
  };
  if (ipv6Subnet === null) return pick;
  return (exchange) => {
    const address = pick(exchange);
    return address !== null && isIPv6(address) ? networkOf(address, ipv6Subnet) : address;
  };
}

/** The first address of an IPv6 address's network. */
function networkOf(address: string, bits: number): string {
  // A URL writes every IPv6 address in one form, without a dotted end.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].map((group, index) => {
    const kept = Math.min(16, Math.max(0, bits - index * 16));
    return (Number.parseInt(group, 16) & (0xffff << (16 - kept)) & 0xffff).toString(16);
  });
  return groups.join(':');
}
