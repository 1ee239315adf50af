import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses of cloud metadata services and of neighbours on the link: credentials are there, and nobody to talk to. */
const NEVER = new BlockList();
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addAddress('fd00:ec2::254', 'ipv6');
/** The platform's own machine, whose other programs trust whoever is on it. */
const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addSubnet('0.0.0.0', 8, 'ipv4');
OWN.addAddress('::1', 'ipv6');
OWN.addAddress('::', 'ipv6');

/** Whether requests that others ask for may go to this machine. */
export type Reach = 'own-machine-too' | 'other-machines';

/**
 * A lookup for connections that others choose the name of: checked is the address that is connected to, so that a name
 * cannot point elsewhere between check and use.
 */
export function guardedLookup(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      const bad = addresses?.find(({ address }) => isForbidden(address, reach));
      if (error) callback(error, '', 0);
      else if (bad || !first) callback(forbidden(bad?.address ?? hostname), '', 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Refuses an address that stands in a URL itself, which nobody looks up. */
export function refuseForbidden(url: URL, reach: Reach): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isForbidden(host, reach)) throw forbidden(host);
}

/** Whether nothing may be sent to an address. */
export function isForbidden(address: string, reach: Reach): boolean {
  const plain = unmapped(address);
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  return NEVER.check(plain, family) || (reach === 'other-machines' && OWN.check(plain, family));
}

/** An IPv4 address that is written as one of IPv6 (RFC 4291 §2.5.5.2), in either form. */
function unmapped(address: string): string {
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((half) => [
    Number.parseInt(half, 16) >> 8,
    Number.parseInt(half, 16) & 255,
  ]);
  return bytes.join('.');
}

function forbidden(address: string): Error {
  return new Error(`Its address ${address} is one to which nothing is sent.`);
}
