import ipaddr from 'ipaddr.js';

/**
 * Who can be reached at an IP address: anyone's public host (`public`), a host of the local network (`private`), this machine
 * (`loopback`), or nobody a request may be sent to for others (`forbidden`: link-local addresses, cloud metadata services,
 * multicast, reserved and deprecated ranges, text that is no address).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'forbidden';

/** Metadata and control services of clouds that stand in ranges which are otherwise usable. */
const CLOUD_SERVICES = ['100.100.100.200/32', '168.63.129.16/32', 'fd00:ec2::/32', 'fd20:ce::/64'].map(
  (range) => ipaddr.parseCIDR(range),
);
/** IPv6 prefixes whose last 32 bits are an IPv4 address that the network translates to (RFC 4291 §2.5.5, RFC 6052, RFC 2765). */
const TRANSLATED = ['::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96'].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);
/** The only IPv6 range of global unicast addresses that is allocated (IANA IPv6 Global Unicast Address Assignments). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Returns the class of an address by the IANA special-purpose registries; an IPv4 address embedded in IPv6 counts as itself. */
export function classifyAddress(address: string): AddressClass {
  const parsed = parseAddress(address);
  if (parsed === null || CLOUD_SERVICES.some(([range, bits]) => isWithin(parsed, range, bits)))
    return 'forbidden';
  if (parsed instanceof ipaddr.IPv4) return classOfIPv4(parsed);
  if (parsed.range() === 'loopback') return 'loopback';
  if (parsed.range() === 'uniqueLocal') return 'private';
  return parsed.range() === 'unicast' && parsed.match(...GLOBAL_UNICAST) ? 'public' : 'forbidden';
}

/** Returns the address in its shortest form, an IPv4 address embedded in IPv6 as IPv4; null for text that is no address. */
export function normalizeAddress(address: string): string | null {
  return parseAddress(address)?.toString() ?? null;
}

/**
 * Returns the network that one party can choose addresses from freely: the /64 prefix of an IPv6 address (RFC 4291 §2.5.4), an
 * IPv4 address itself. What counts per client goes by it. Text that is no address is returned as it is.
 */
export function networkOf(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null) return address;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
}

/** Returns whether an address lies in one of the ranges, each in CIDR form. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const parsed = parseAddress(address);
  return parsed !== null && ranges.some((range) => isWithin(parsed, ...ipaddr.parseCIDR(range)));
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [bare = ''] = text.split('%');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  if (!ipaddr.IPv6.isValid(bare)) return null;
  const parsed = ipaddr.IPv6.parse(bare);
  const isPlain = parsed.range() === 'loopback' || parsed.range() === 'unspecified';
  if (isPlain || !TRANSLATED.some((prefix) => parsed.match(...prefix))) return parsed;
  return new ipaddr.IPv4(parsed.toByteArray().slice(12));
}

function isWithin(
  address: ipaddr.IPv4 | ipaddr.IPv6,
  range: ipaddr.IPv4 | ipaddr.IPv6,
  bits: number,
): boolean {
  return address.kind() === range.kind() && address.match(range, bits);
}

function classOfIPv4(address: ipaddr.IPv4): AddressClass {
  switch (address.range()) {
    case 'unicast':
      return 'public';
    case 'private':
    case 'carrierGradeNat':
      return 'private';
    case 'loopback':
      return 'loopback';
    default:
      return 'forbidden';
  }
}
