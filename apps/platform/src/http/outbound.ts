import { AddressGuard, type Reach } from '@portolan/process/address-guard';
import { Agent, fetch, type RequestInit } from 'undici';

/** Sends requests to addresses that tenants choose; connects to permitted addresses only. */
export class Outbound {
  readonly guard: AddressGuard;
  readonly #dispatcher: Agent;

  constructor(reach: Reach) {
    this.guard = new AddressGuard(reach);
    this.#dispatcher = new Agent({ connect: { lookup: this.guard.lookup } });
  }

  /** Sends a request without following redirects. @throws ForbiddenAddressError, or TypeError for a failed connection. */
  fetch(url: URL, init: RequestInit): Promise<Response> {
    this.guard.checkUrl(url);
    return fetch(url, { ...init, dispatcher: this.#dispatcher, redirect: 'error' });
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}
