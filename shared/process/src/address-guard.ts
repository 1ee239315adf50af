import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { classifyAddress, isInRanges } from '@portolan/contract/address-class';

/** What may be reached beside public addresses. */
export interface Reach {
  readonly loopback: boolean;
  readonly private: boolean;
  /** Ranges in CIDR form that are allowed whatever their class. */
  readonly ranges?: readonly string[];
}

/** An address that no request may be sent to was named, or a name resolved to one. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

type LookupDone = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * Decides which addresses requests made for others may reach: public ones, and more only where `Reach` says so. Checked is the
 * address that is connected to, at that moment, so that a name cannot point elsewhere between check and use.
 */
export class AddressGuard {
  readonly #reach: Reach;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** Checks a URL's scheme, and its host where that is an address, which is never looked up. @throws ForbiddenAddressError */
  checkUrl(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new ForbiddenAddressError(`${url.protocol} is not supported; use http or https`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) this.check(host);
  }

  /** @throws ForbiddenAddressError unless requests may be sent to the address, which `host` resolved to. */
  check(address: string, host = address): void {
    if (this.#isAllowed(address)) return;
    const subject = host === address ? address : `${host} resolves to ${address}, which`;
    throw new ForbiddenAddressError(`${subject} is not an address that requests may be sent to`);
  }

  /** Stands in for `dns.lookup`: resolves a name, and fails unless every one of its addresses is allowed. */
  readonly lookup = (host: string, options: LookupOptions, done: LookupDone): void => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, []);
        return;
      }
      try {
        for (const { address } of addresses) this.check(address, host);
      } catch (refusal) {
        done(refusal instanceof Error ? refusal : new Error(String(refusal)), []);
        return;
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

  #isAllowed(address: string): boolean {
    const { loopback, private: isPrivateAllowed, ranges = [] } = this.#reach;
    if (isInRanges(address, ranges)) return true;
    switch (classifyAddress(address)) {
      case 'public':
        return true;
      case 'private':
        return isPrivateAllowed;
      case 'loopback':
        return loopback;
      case 'forbidden':
        return false;
    }
  }
}
