import { claimAt } from '@portolan/resources/claims/claims-test';
import type { ApiAuth, JwtVerification, KeySource } from '@portolan/resources/model/authentication';
import type { Identity } from '@portolan/resources/model/request';
import type { JWTPayload } from 'jose';
import type { Exchange } from '../exchange/exchange.ts';
import type { AuxiliaryClient } from '../http/auxiliary-client.ts';
import { problemReply, type Reply } from '../http/reply.ts';
import { forwardClaims } from './forward-fields.ts';
import { byDirectory } from './ldap.ts';
import { consumeToken, isClaims, jwtVerifier, type RemoteServices } from './jwt.ts';
import { bearerToken, consumeCredential, readCredential } from './read-credential.ts';
import type { KeyStore } from './key-store.ts';
import { OWN_TOKEN_PREFIX, type OwnCredentials } from './own-credentials.ts';
import { bearerRefusal, keyRefusal, missingKey } from './refusals.ts';

/** Returns the identity that a request proves, or the response for one that proves none. */
export type Authenticator = (exchange: Exchange) => Identity | Reply | Promise<Identity | Reply>;

const DEFAULT_SOURCE: KeySource = { header: 'authorization', headerAuthScheme: 'Bearer', query: 'api_key' };

type Services = RemoteServices & { readonly auxiliary: AuxiliaryClient };

/** The authenticators of settings; a key set that was fetched for a setting is kept as long as the setting. */
export class Authenticators {
  readonly #keys: KeyStore;
  readonly #services: Services;
  readonly #own: OwnCredentials | null;
  readonly #byAuth = new WeakMap<ApiAuth, Authenticator>();

  constructor(keys: KeyStore, services: Services, own: OwnCredentials | null = null) {
    this.#keys = keys;
    this.#services = services;
    this.#own = own;
  }

  /** Returns how callers of API routes are authenticated under a workspace's setting. */
  get(auth: ApiAuth): Authenticator {
    let authenticator = this.#byAuth.get(auth);
    if (authenticator === undefined) {
      const configured = this.#create(auth);
      authenticator = this.#own === null ? configured : ownFirst(this.#own, configured);
      this.#byAuth.set(auth, authenticator);
    }
    return authenticator;
  }

  #create(auth: ApiAuth): Authenticator {
    switch (auth.kind) {
      case 'apiKey':
        return byApiKey(auth.source, this.#keys);
      case 'jwt':
        return byJwt(auth.jwt, this.#servicesOf(auth), (claims) => userOf(claims, auth));
      case 'application-jwt':
        return byApplicationJwt(auth, this.#services);
      case 'ldap':
        return byDirectory(auth);
      case 'unusable':
        return () => NO_AUTHENTICATION;
    }
  }

  #servicesOf({ isRemote }: Extract<ApiAuth, { kind: 'jwt' }>): RemoteServices {
    const { auxiliary, logger } = this.#services;
    return { logger, auxiliary: isRemote === true ? auxiliary.remoteOnly : auxiliary };
  }
}

/** Tries credentials of the gateway's own before those that the workspace has chosen. */
function ownFirst(own: OwnCredentials, configured: Authenticator): Authenticator {
  return (exchange) => {
    const token =
      exchange.header('authorization')?.startsWith(`Bearer ${OWN_TOKEN_PREFIX}`) === true
        ? bearerToken(exchange)
        : null;
    const identity = token === null ? null : own.find(token);
    if (identity === null) return configured(exchange);
    exchange.deleteRequestHeader('authorization');
    return identity;
  };
}

const NO_AUTHENTICATION = problemReply(
  503,
  'No API of this namespace can be called: how callers prove who they are is not configured as a whole.',
);

const KEY_REFUSALS = {
  unknown: 'The API key is not valid.',
  suspended: 'The API key is suspended.',
  expired: 'The API key has expired.',
} as const;

function byApiKey(configured: KeySource, keys: KeyStore): Authenticator {
  const isConfigured = [configured.header, configured.query, configured.cookie].some(
    (name) => name !== undefined && name !== '',
  );
  const source = isConfigured ? configured : DEFAULT_SOURCE;
  const missing = keyRefusal(source, missingKey(source), false);
  const refused = {
    unknown: keyRefusal(source, KEY_REFUSALS.unknown, true),
    suspended: keyRefusal(source, KEY_REFUSALS.suspended, true),
    expired: keyRefusal(source, KEY_REFUSALS.expired, true),
  };
  return (exchange) => {
    const key = readCredential(exchange, source);
    if (key === null) return missing;
    const verdict = keys.verify(key, Date.now());
    if (verdict.kind !== 'ok') return refused[verdict.reason];
    consumeCredential(exchange, source);
    return verdict.identity;
  };
}

function byApplicationJwt(
  auth: Extract<ApiAuth, { kind: 'application-jwt' }>,
  services: RemoteServices,
): Authenticator {
  return byJwt(auth.jwt, services, (claims, exchange) => {
    const appId = claimAt(claims, auth.appIdClaim);
    if (typeof appId !== 'string' || appId === '') return lacks(auth.appIdClaim);
    forwardClaims(exchange, auth.forwardHeaders, claims);
    const application = { id: appId, namespace: null };
    return { kind: 'application', userId: appId, email: '', groups: [], application, claims };
  });
}

function byJwt(
  settings: JwtVerification,
  services: RemoteServices,
  identityOf: (claims: JWTPayload, exchange: Exchange) => Identity | Reply,
): Authenticator {
  let verify: ReturnType<typeof jwtVerifier>;
  try {
    // A token that never expires could never be taken back.
    verify = jwtVerifier({ ...settings, requiresExpiry: true }, services);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.logger.error({ event: 'api-auth.closed', reason }, `no API can be called: ${reason}`);
    return () =>
      problemReply(503, 'No API can be called: the gateway has no usable key to verify tokens with.');
  }
  return async (exchange) => {
    const claims = await verify(exchange);
    if (!isClaims(claims)) return claims;
    if (settings.forwardToken !== true) consumeToken(exchange, settings);
    return identityOf(claims, exchange);
  };
}

/** Returns the identity in the claims; both claims are required. */
function userOf(
  claims: JWTPayload,
  { userIdClaim, groupsClaim }: Extract<ApiAuth, { kind: 'jwt' }>,
): Identity | Reply {
  const userId = claimAt(claims, userIdClaim);
  if (typeof userId !== 'string' || userId === '') return lacks(userIdClaim);
  const groups = claimAt(claims, groupsClaim);
  const names = typeof groups === 'string' ? [groups] : groups;
  if (!Array.isArray(names)) return lacks(groupsClaim);
  const email = typeof claims['email'] === 'string' ? claims['email'] : '';
  const application = email === '' ? {} : { application: { id: email, namespace: null } };
  return {
    kind: 'user',
    userId,
    email,
    groups: names.filter((name) => typeof name === 'string'),
    ...application,
    claims,
  };
}

function lacks(claim: string): Reply {
  return bearerRefusal(`The token has no claim ${JSON.stringify(claim).slice(1, -1)}.`, 'invalid_token');
}
