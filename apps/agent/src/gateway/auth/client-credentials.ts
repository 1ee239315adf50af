import { createHmac, randomBytes } from 'node:crypto';
import { claimsTest } from '@portolan/resources/claims/claims-test';
import type { AccessPolicy } from '@portolan/resources/model/policy';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Exchange, Stage } from '../exchange/exchange.ts';
import type { AuxiliaryResponse } from '../http/auxiliary-client.ts';
import { emptyReply, problemReply, type Reply } from '../http/reply.ts';
import { basicChallenge, readBasic } from './basic.ts';
import { forwardClaims } from './forward-fields.ts';
import type { RemoteServices } from './jwt.ts';
import { CLAIMS_DO_NOT_FIT, uncheckedReply } from './refusals.ts';
import { withRetries } from './with-retries.ts';

type ClientCredentialsPolicy = Extract<AccessPolicy, { kind: 'clientCredentials' }>;

interface Credentials {
  readonly id: string;
  readonly secret: string;
}

interface Token {
  readonly value: string;
  /** Milliseconds of `performance.now()` until which it is used. */
  readonly until: number;
}

/** `null`: the server does not accept the credentials. */
type Outcome = Token | null;

const RESPONSE_BYTES_MAX = 256 * 1024;
const RETRY_AFTER_SECONDS = 5;
const CREDENTIAL_LENGTH_MAX = 4096;
/** Tokens that are kept, and calls under way; more callers than these are asked to come again. */
const TOKENS_MAX = 10_000;
const CALLS_MAX = 64;
/** A token whose server does not say how long it is valid (RFC 6749 §5.1). */
const UNKNOWN_LIFETIME_SECONDS = 60;
/** A token is renewed before it ends, so that it is valid still when it arrives. */
const MARGIN_SECONDS = 30;

/** What a client secret may be refused with (RFC 6749 §5.2). */
const REFUSED_STATUSES = new Set([400, 401, 403]);

const tokenShape = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative().optional(),
});

/** Fetches a token for each caller, or one for all, and gives it to the upstream as `Authorization: Bearer` (RFC 6749 §4.4). */
export function clientCredentialsStage(policy: ClientCredentialsPolicy, services: RemoteServices): Stage {
  const tokens = new Tokens(policy, services);
  const isAllowed = claimsTest(policy.claims);
  const needsClaims = policy.claims !== null || Object.keys(policy.forwardHeaders).length > 0;
  const challenge = emptyReply(401, ['WWW-Authenticate', basicChallenge(policy.source.name)]);
  return {
    async onRequest(exchange) {
      const credentials = credentialsOf(policy, exchange);
      if (credentials === null) return challenge;
      let token: Outcome;
      try {
        token = await tokens.get(credentials);
      } catch (error) {
        services.logger.warn(
          { event: 'client-credentials.failed', policy: policy.source.key, reason: reasonOf(error) },
          'no token could be fetched',
        );
        return uncheckedReply('The authorization server cannot be reached at present.', RETRY_AFTER_SECONDS);
      }
      if (token === null) return policy.credentials === null ? challenge : MISCONFIGURED;
      if (needsClaims) {
        const claims = claimsOf(token.value);
        if (policy.claims !== null && (claims === null || !isAllowed(claims))) return CLAIMS_DO_NOT_FIT;
        forwardClaims(exchange, policy.forwardHeaders, claims ?? {});
      }
      exchange.setRequestHeader('Authorization', `Bearer ${token.value}`);
      return undefined;
    },
  };
}

const MISCONFIGURED: Reply = {
  ...problemReply(502, 'The authorization server does not accept the credentials of this gateway.'),
  reason: 'credential-not-checked',
};

function credentialsOf({ credentials }: ClientCredentialsPolicy, exchange: Exchange): Credentials | null {
  if (credentials !== null) return credentials;
  const sent = readBasic(exchange);
  if (sent === null || sent.name === '' || sent.password === '') return null;
  if (sent.name.length > CREDENTIAL_LENGTH_MAX || sent.password.length > CREDENTIAL_LENGTH_MAX) return null;
  return { id: sent.name, secret: sent.password };
}

/** It comes from the server itself, hence its signature proves nothing more. */
function claimsOf(token: string): Record<string, unknown> | null {
  try {
    return decodeJwt(token);
  } catch {
    return null;
  }
}

/** Tokens by credentials, each kept until shortly before it ends; callers with the same credentials share one call. */
class Tokens {
  readonly #policy: ClientCredentialsPolicy;
  readonly #services: RemoteServices;
  readonly #salt = randomBytes(32);
  readonly #kept = new Map<string, Token>();
  readonly #calls = new Map<string, Promise<Outcome>>();

  constructor(policy: ClientCredentialsPolicy, services: RemoteServices) {
    this.#policy = policy;
    this.#services = services;
  }

  /** @throws Error when the server does not respond as it should. */
  async get(credentials: Credentials): Promise<Outcome> {
    const key = createHmac('sha256', this.#salt)
      .update(JSON.stringify([credentials.id, credentials.secret]))
      .digest('base64');
    const kept = this.#kept.get(key);
    if (kept !== undefined && performance.now() < kept.until) return kept;
    const running = this.#calls.get(key);
    if (running !== undefined) return running;
    if (this.#calls.size >= CALLS_MAX) throw new Error('too many calls are under way');
    const call = this.#fetch(credentials).finally(() => this.#calls.delete(key));
    this.#calls.set(key, call);
    const token = await call;
    if (token !== null) this.#keep(key, token);
    return token;
  }

  #keep(key: string, token: Token): void {
    this.#kept.delete(key);
    this.#kept.set(key, token);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > TOKENS_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #fetch(credentials: Credentials): Promise<Outcome> {
    const response = await withRetries(this.#policy.client, async () => {
      const answer = await this.#ask(credentials);
      if (answer.status >= 500) throw new Error(`the server responded with ${answer.status}`);
      return answer;
    });
    if (REFUSED_STATUSES.has(response.status)) return null;
    if (response.status !== 200) throw new Error(`the server responded with ${response.status}`);
    const parsed = tokenShape.safeParse(JSON.parse(response.body.toString('utf8')));
    if (!parsed.success) throw new Error('the server sent no access token');
    const { access_token: value, expires_in: lifetime = UNKNOWN_LIFETIME_SECONDS } = parsed.data;
    const seconds = Math.max(lifetime - MARGIN_SECONDS, lifetime / 2);
    return { value, until: performance.now() + seconds * 1000 };
  }

  #ask({ id, secret }: Credentials): Promise<AuxiliaryResponse> {
    const { url, audience, scopes, client } = this.#policy;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (audience !== null) form.set('audience', audience);
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    // RFC 6749 §2.3.1: both are form-encoded first.
    const basic = Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64');
    return this.#services.auxiliary.send({
      method: 'POST',
      url,
      headers: [
        'accept',
        'application/json',
        'content-type',
        'application/x-www-form-urlencoded',
        'authorization',
        `Basic ${basic}`,
      ],
      body: form.toString(),
      timeoutMs: client.timeoutMs,
      bytesMax: RESPONSE_BYTES_MAX,
      tls: client,
    });
  }
}

function encode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
