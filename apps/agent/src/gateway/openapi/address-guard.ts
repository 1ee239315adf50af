import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { AddressSet, parseAddress } from '../http/addresses.ts';

/** Where documents are never fetched from: link-local addresses hold cloud metadata, and none of these is a server's. */
const NEVER = new AddressSet([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  '224.0.0.0/3',
  '::/128',
  'fe80::/10',
  'fd00:ec2::/32',
  'ff00::/8',
]);
const LOOPBACK = new AddressSet(['127.0.0.0/8', '::1/128']);

export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

type LookupDone = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Decides which addresses may be connected to, at the moment of connecting, so that a name cannot change its mind in between. */
export class AddressGuard {
  readonly #allowsLoopback: boolean;

  constructor(options: { readonly allowsLoopback: boolean }) {
    this.#allowsLoopback = options.allowsLoopback;
  }

  /** For URLs that hold an address instead of a name, which are never looked up. @throws ForbiddenAddressError */
  checkUrl(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new ForbiddenAddressError(`${url.protocol} is not fetched; use http or https`);
    const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
    if (isIP(host) !== 0) this.#check(host, host);
  }

  /** Stands in for dns.lookup: resolves, and fails unless every address is allowed. */
  readonly lookup = (host: string, options: LookupOptions, done: LookupDone): void => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, []);
        return;
      }
      try {
        for (const { address } of addresses) this.#check(address, host);
      } catch (refusal) {
        done(refusal instanceof Error ? refusal : new Error(String(refusal)), []);
        return;
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

  #check(address: string, host: string): void {
    const plain = parseAddress(address) ?? address;
    if (NEVER.has(plain) || (!this.#allowsLoopback && LOOPBACK.has(plain))) {
      throw new ForbiddenAddressError(`${host} leads to ${plain}, which is not fetched from`);
    }
  }
}
