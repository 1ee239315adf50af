import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { IpStrategy, SourceCriterion } from '@portolan/resources/model/middleware';
import type { Exchange } from '../exchange/exchange.ts';
import { AddressSet, networkOf, parseAddress } from '../http/addresses.ts';

const SOURCE_LENGTH_MAX = 128;

/** Returns a reader of what requests are counted by; '' where it is missing, so that those count together. */
export function sourceReader(criterion: SourceCriterion): (exchange: Exchange) => string {
  switch (criterion.kind) {
    case 'ip': {
      const addressOf = addressReader(criterion.ip);
      return (exchange) => addressOf(exchange) ?? '';
    }
    case 'header':
      return (exchange) => shortened(exchange.header(criterion.name) ?? '');
    case 'host':
      return (exchange) => exchange.host.toLowerCase();
  }
}

/** Fields can be as long as all of them together; what is kept for each source is not. */
function shortened(text: string): string {
  return text.length > SOURCE_LENGTH_MAX ? createHash('sha256').update(text).digest('base64') : text;
}

/**
 * Returns a reader of the address that an ipStrategy of Traefik picks, in canonical form; null when there is none. X-Forwarded-For
 * counts only from trusted proxies: anyone else could write into it what a list allows.
 */
export function addressReader({
  depth,
  excludedIPs,
  ipv6Subnet,
}: IpStrategy): (exchange: Exchange) => string | null {
  const excluded = new AddressSet(excludedIPs);
  const pick = (exchange: Exchange): string | null => {
    if (depth <= 0 && excludedIPs.length === 0) return exchange.client.address;
    const forwarded = exchange.client.isTrusted ? exchange.header('x-forwarded-for') : undefined;
    const hops = (forwarded ?? '').split(',').map((hop) => hop.trim());
    const hop = depth > 0 ? hops.at(-depth) : hops.findLast((candidate) => !excluded.has(candidate));
    return hop === undefined ? null : parseAddress(hop);
  };
  if (ipv6Subnet === null) return pick;
  return (exchange) => {
    const address = pick(exchange);
    return address !== null && isIPv6(address) ? networkOf(address, ipv6Subnet) : address;
  };
}
