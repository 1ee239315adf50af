import { VERSION } from '@portolan/process/version';
import type { z } from 'zod';
import { AcmeError, AcmeUnavailable } from './acme-error.ts';
import type { ExternalAccount } from '../../acme-config.ts';
import { bindExternalAccount, signKeyChange, signRequest, type AccountKey } from './account-key.ts';
import {
  acmeAuthorization,
  acmeChallenge,
  acmeDirectory,
  acmeOrder,
  acmeProblem,
  acmeRenewalInfo,
  type AcmeAuthorization,
  type AcmeDirectory,
  type AcmeOrder,
} from './messages.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { AcmeResponse, AcmeTransport } from './transport.ts';

const DIRECTORY_AGE_MS_MAX = 3600_000;
const NONCES_MAX = 20;
const NONCE_ATTEMPTS = 10;
const USER_AGENT = `portolan/${VERSION}`;

export interface AcmeClientOptions {
  readonly directory: string;
  readonly send: AcmeTransport;
  readonly key: AccountKey;
  readonly email: string | null;
  readonly externalAccount: ExternalAccount | null;
}

export interface NewOrder {
  readonly hosts: readonly string[];
  readonly profile?: string | null;
  /** RFC 9773 §5: the certificate that this one replaces. */
  readonly replaces?: string | null;
}

/** An object of the server, with the time before which it need not be asked for again. */
export interface Polled<T> {
  readonly value: T;
  readonly retryAt: Date | null;
}

/** Speaks ACME (RFC 8555) with one authority for one account. All methods throw AcmeError or AcmeUnavailable. */
export class AcmeClient {
  readonly #options: AcmeClientOptions;
  readonly #nonces: string[] = [];
  #directory: { readonly value: AcmeDirectory; readonly readAt: number } | null = null;
  #account: Promise<string> | null = null;

  constructor(options: AcmeClientOptions) {
    this.#options = options;
  }

  get key(): AccountKey {
    return this.#options.key;
  }

  /** Returns the directory, an hour old at most. */
  async directory(signal: AbortSignal): Promise<AcmeDirectory> {
    const known = this.#directory;
    if (known && Date.now() - known.readAt < DIRECTORY_AGE_MS_MAX) return known.value;
    const response = await this.#get(this.#options.directory, signal);
    const value = parse(acmeDirectory, response);
    this.#directory = { value, readAt: Date.now() };
    return value;
  }

  /** Returns the URL of the account, which is created at the first call. */
  async account(signal: AbortSignal): Promise<string> {
    this.#account ??= this.#openAccount(signal).catch((error: unknown) => {
      this.#account = null;
      throw error;
    });
    return this.#account;
  }

  /** Returns the URL of the account if the authority has one for the key. */
  async findAccount(signal: AbortSignal): Promise<string | null> {
    const { newAccount } = await this.directory(signal);
    try {
      return locationOf(await this.#post(newAccount, { onlyReturnExisting: true }, signal));
    } catch (error) {
      if (error instanceof AcmeError && error.type === 'accountDoesNotExist') return null;
      throw error;
    }
  }

  /** Replaces the key of the account (RFC 8555 §7.3.5), after which this client is of no more use. */
  async changeKey(next: AccountKey, signal: AbortSignal): Promise<void> {
    const { keyChange: url } = await this.directory(signal);
    if (url === undefined) throw new AcmeError({ detail: 'The authority does not change keys of accounts.' });
    const account = await this.account(signal);
    await this.#post(url, await signKeyChange(next, { url, account, oldKey: this.key.jwk }), signal);
  }

  /** Creates an order. The server may return one that it has already for the same names. */
  async createOrder(
    { hosts, profile, replaces }: NewOrder,
    signal: AbortSignal,
  ): Promise<{ readonly url: string; readonly order: AcmeOrder }> {
    const { newOrder } = await this.directory(signal);
    const payload = {
      identifiers: hosts.map((value) => ({ type: 'dns', value })),
      ...(profile == null ? {} : { profile }),
      ...(replaces == null ? {} : { replaces }),
    };
    const response = await this.#post(newOrder, payload, signal);
    const url = response.header('location');
    if (url === null) throw new AcmeUnavailable('the authority gave a new order no URL');
    return { url, order: parse(acmeOrder, response) };
  }

  async order(url: string, signal: AbortSignal): Promise<Polled<AcmeOrder>> {
    return polled(acmeOrder, await this.#post(url, null, signal));
  }

  async authorization(url: string, signal: AbortSignal): Promise<Polled<AcmeAuthorization>> {
    return polled(acmeAuthorization, await this.#post(url, null, signal));
  }

  /** Has the server validate a challenge (RFC 8555 §7.5.1). */
  async beginValidation(url: string, signal: AbortSignal): Promise<void> {
    parse(acmeChallenge, await this.#post(url, {}, signal));
  }

  /** Sends the request to sign, in DER (RFC 8555 §7.4). */
  async finalize(url: string, csr: Buffer, signal: AbortSignal): Promise<Polled<AcmeOrder>> {
    return polled(acmeOrder, await this.#post(url, { csr: csr.toString('base64url') }, signal));
  }

  /** Returns the default chain of certificates and the alternate ones, in PEM (RFC 8555 §7.4.2). */
  async certificates(url: string, signal: AbortSignal): Promise<string[]> {
    const first = await this.#post(url, null, signal, 'application/pem-certificate-chain');
    const chains = [first.body];
    for (const alternate of alternatesOf(first.header('link'), url).slice(0, 5)) {
      const response = await this.#post(alternate, null, signal, 'application/pem-certificate-chain');
      chains.push(response.body);
    }
    return chains;
  }

  /** Returns when the authority wants a certificate renewed (RFC 9773 §4); null where it does not say. */
  async renewalInfo(
    certificateId: string,
    signal: AbortSignal,
  ): Promise<Polled<{ readonly start: Date; readonly end: Date }> | null> {
    const { renewalInfo } = await this.directory(signal);
    if (renewalInfo === undefined) return null;
    const url = `${renewalInfo.replace(/\/$/, '')}/${certificateId}`;
    const { value, retryAt } = polled(acmeRenewalInfo, await this.#get(url, signal));
    const [start, end] = [new Date(value.suggestedWindow.start), new Date(value.suggestedWindow.end)];
    // RFC 9773 §4.2: a window that ends before it starts is as none.
    return end <= start ? null : { value: { start, end }, retryAt };
  }

  async #openAccount(signal: AbortSignal): Promise<string> {
    const { newAccount, meta } = await this.directory(signal);
    const { email, externalAccount, key } = this.#options;
    const found = await this.findAccount(signal);
    if (found !== null) return found;
    if (meta?.externalAccountRequired === true && externalAccount === null)
      throw new AcmeError({
        type: 'externalAccountRequired',
        detail:
          'The authority requires an external account: give the platform its identifier and key with --acme-eab-file.',
      });
    const response = await this.#post(
      newAccount,
      {
        termsOfServiceAgreed: true,
        ...(email === null ? {} : { contact: [`mailto:${email}`] }),
        ...(externalAccount === null
          ? {}
          : { externalAccountBinding: await bindExternalAccount(key, externalAccount, newAccount) }),
      },
      signal,
    );
    return locationOf(response);
  }

  async #get(url: string, signal: AbortSignal): Promise<AcmeResponse> {
    const response = await this.#options.send(
      { method: 'GET', url, headers: { 'user-agent': USER_AGENT } },
      signal,
    );
    if (response.status >= 300) throw errorOf(response);
    return response;
  }

  /** Sends a signed request; repeats it with another nonce where that was bad (RFC 8555 §6.5). */
  async #post(
    url: string,
    payload: object | null,
    signal: AbortSignal,
    accept = 'application/json',
  ): Promise<AcmeResponse> {
    const { newAccount } = await this.directory(signal);
    const account = url === newAccount ? null : await this.account(signal);
    for (let attempt = 1; ; attempt += 1) {
      const nonce = this.#nonces.pop() ?? (await this.#newNonce(signal));
      const body = JSON.stringify(await signRequest(this.#options.key, { url, nonce, account }, payload));
      const headers = { 'content-type': 'application/jose+json', 'user-agent': USER_AGENT, accept };
      const response = await this.#options.send({ method: 'POST', url, headers, body }, signal);
      this.#keepNonce(response);
      if (response.status < 300) return response;
      const error = errorOf(response);
      const type = error instanceof AcmeError ? error.type : null;
      // The server lost the account: the next request creates it again.
      if (type === 'accountDoesNotExist') this.#account = null;
      if (type !== 'badNonce' || attempt === NONCE_ATTEMPTS) throw error;
    }
  }

  async #newNonce(signal: AbortSignal): Promise<string> {
    const { newNonce } = await this.directory(signal);
    const headers = { 'user-agent': USER_AGENT };
    const nonce = (await this.#options.send({ method: 'HEAD', url: newNonce, headers }, signal)).header(
      'replay-nonce',
    );
    if (nonce === null) throw new AcmeUnavailable('the authority gave no nonce');
    return nonce;
  }

  #keepNonce(response: AcmeResponse): void {
    const nonce = response.header('replay-nonce');
    if (nonce !== null && this.#nonces.length < NONCES_MAX) this.#nonces.push(nonce);
  }
}

function polled<S extends z.ZodType>(schema: S, response: AcmeResponse): Polled<z.output<S>> {
  return {
    value: parse(schema, response),
    retryAt: parseRetryAfter(response.header('retry-after'), new Date()),
  };
}

function parse<S extends z.ZodType>(schema: S, { body }: AcmeResponse): z.output<S> {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new AcmeUnavailable('the authority sent something that is not ACME', { cause });
  }
}

function errorOf(response: AcmeResponse): AcmeError | AcmeUnavailable {
  const retryAt = parseRetryAfter(response.header('retry-after'), new Date());
  try {
    return new AcmeError(acmeProblem.parse(JSON.parse(response.body)), response.status, retryAt);
  } catch {
    return new AcmeUnavailable(`the authority answered with status ${response.status}`);
  }
}

function locationOf(response: AcmeResponse): string {
  const url = response.header('location');
  if (url === null) throw new AcmeUnavailable('the authority gave an account no URL');
  return url;
}

/** Returns the targets of `rel="alternate"` in a Link field (RFC 8288). */
function alternatesOf(field: string | null, base: string): string[] {
  return (field ?? '').split(/,\s*(?=<)/).flatMap((link) => {
    const match = /^<([^>]+)>(.*)$/.exec(link.trim());
    const isAlternate = /;\s*rel="?alternate"?/i.test(match?.[2] ?? '');
    return isAlternate && match?.[1] !== undefined && URL.canParse(match[1], base)
      ? [new URL(match[1], base).href]
      : [];
  });
}
