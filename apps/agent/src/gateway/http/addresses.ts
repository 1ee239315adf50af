import { BlockList, isIP, isIPv4 } from 'node:net';
import { normalizeAddress } from '@portolan/contract/address-class';

/**
 * Parses an address as proxies write it into X-Forwarded-For: with a port, in brackets, or bare (RFC 7239 §6). Returns its one
 * canonical form, IPv4 for `::ffff:192.0.2.1`; null for what is no address, such as `unknown`.
 */
export function parseAddress(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return normalizeAddress(bare);
}

/** Returns the first address of an IPv6 address's network of so many bits. */
export function networkOf(address: string, bits: number): string {
  // A URL writes every IPv6 address without a dotted end.
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

/** A set of addresses and networks such as `10.0.0.0/8` or `::1`. */
export class AddressSet {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** @throws Error naming the entry that is neither an address nor a network. */
  constructor(entries: readonly string[]) {
    this.#isEmpty = entries.length === 0;
    for (const entry of entries) this.#add(entry.trim());
  }

  /** Takes an address in any form. */
  has(address: string): boolean {
    if (this.#isEmpty) return false;
    const parsed = parseAddress(address);
    return parsed !== null && this.#list.check(parsed, isIPv4(parsed) ? 'ipv4' : 'ipv6');
  }

  #add(entry: string): void {
    const [address = '', bits, ...more] = entry.split('/');
    const family = isIP(address);
    const width = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? width : Number(bits);
    const isPrefix = bits !== '' && Number.isInteger(prefix) && prefix >= 0 && prefix <= width;
    if (family === 0 || more.length > 0 || !isPrefix) {
      throw new Error(`"${entry}" is not an IP address or a network such as 10.0.0.0/8`);
    }
    // Addresses are compared in canonical form, where a mapped one is IPv4.
    const canonical = parseAddress(address) ?? address;
    if (family === 6 && isIPv4(canonical)) this.#list.addSubnet(canonical, Math.max(0, prefix - 96), 'ipv4');
    else this.#list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
}
