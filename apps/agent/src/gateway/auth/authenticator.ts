import type { ApiAuth, KeySource } from '@portolan/resources/model/model';
import type { Identity } from '@portolan/resources/model/request';
import { claimAt } from '@portolan/resources/claims/expression';
import type { Exchange } from '../exchange/exchange.ts';
import type { Logger } from 'pino';
import type { KeyStore } from './key-store.ts';
import { jwtVerifier, readJwt } from './jwt.ts';
import { readCredential } from './key-source.ts';

/** Returns the identity that a request proves; null when it proves none. */
export type Authenticator = (exchange: Exchange) => Identity | null | Promise<Identity | null>;

const DEFAULT_SOURCE: KeySource = { header: 'authorization', headerAuthScheme: 'Bearer', query: 'api_key' };

/** The authenticators of settings; a key set that was fetched for a setting is kept as long as the setting. */
export class Authenticators {
  readonly #keys: KeyStore;
  readonly #logger: Logger;
  readonly #byAuth = new WeakMap<ApiAuth, Authenticator>();

  constructor(keys: KeyStore, logger: Logger) {
    this.#keys = keys;
    this.#logger = logger;
  }

  /** Returns how callers of API routes are authenticated under a workspace's setting. */
  get(auth: ApiAuth): Authenticator {
    let authenticator = this.#byAuth.get(auth);
    if (authenticator === undefined) {
      authenticator = auth.kind === 'apiKey' ? byApiKey(auth.source, this.#keys) : byJwt(auth, this.#logger);
      this.#byAuth.set(auth, authenticator);
    }
    return authenticator;
  }
}

function byApiKey(configured: KeySource, keys: KeyStore): Authenticator {
  const isConfigured = [configured.header, configured.query, configured.cookie].some(
    (name) => name !== undefined && name !== '',
  );
  const source = isConfigured ? configured : DEFAULT_SOURCE;
  return (exchange) => {
    const key = readCredential(exchange, source);
    if (key === null) return null;
    const verdict = keys.verify(key, Date.now());
    return verdict.kind === 'ok' ? verdict.identity : null;
  };
}

function byJwt(auth: Extract<ApiAuth, { kind: 'jwt' }>, logger: Logger): Authenticator {
  let verify: ReturnType<typeof jwtVerifier>;
  try {
    verify = jwtVerifier(auth.jwt, logger);
  } catch (error) {
    logger.error(
      { event: 'api-auth.closed', reason: String(error) },
      `no API can be called: ${error instanceof Error ? error.message : String(error)}`,
    );
    return () => null;
  }
  return async (exchange) => {
    const token = readJwt(exchange, auth.jwt);
    const claims = token === null ? null : await verify(token);
    if (claims === null) return null;
    const userId = claimAt(claims, auth.userIdClaim);
    const groups = claimAt(claims, auth.groupsClaim);
    // Both claims are required: a token that lacks them proves nobody.
    if (typeof userId !== 'string' || userId === '') return null;
    const names = typeof groups === 'string' ? [groups] : groups;
    if (!Array.isArray(names)) return null;
    const email = typeof claims['email'] === 'string' ? claims['email'] : '';
    return { kind: 'user', userId, email, groups: names.filter((name) => typeof name === 'string'), claims };
  };
}
