import { AcmeUnavailable } from '../acme/acme-error.ts';

/** A provider of DNS refused a change, or did not respond. Like an authority that does not respond, it says nothing about the domain. */
export class DnsUpdateError extends AcmeUnavailable {
  /** @param why In the provider's words. */
  constructor(provider: string, why: string, options?: ErrorOptions) {
    super(`${provider} did not publish the challenge: ${why.slice(0, 500)}`, options);
  }
}
