import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClientSettings, JwtVerification } from '@portolan/resources/model/authentication';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Logger } from 'pino';
import type { Exchange } from '../exchange/exchange.ts';
import { readBody } from '../exchange/read-body.ts';
import type { AuxiliarySender } from '../http/auxiliary-client.ts';
import { isReply, type Reply } from '../http/reply.ts';
import { bearerToken, consumeCredential } from './read-credential.ts';
import { KeySet } from './key-set.ts';
import { bearerRefusal, uncheckedReply } from './refusals.ts';
import { KeySetUnavailable, RemoteKeySet } from './remote-key-set.ts';

type Key = Uint8Array | KeyObject;
/** Returns the keys a token may be signed with. */
type KeysFor = (
  token: string,
  alg: string,
  kid: string | undefined,
) => Promise<readonly Key[]> | readonly Key[];

/** Returns the claims of the token that a request carries, or the response for one without a good token. */
export type JwtVerifier = (exchange: Exchange) => Promise<JWTPayload | Reply>;

/** What fetches remote key sets and logs about them. */
export interface RemoteServices {
  readonly auxiliary: AuxiliarySender;
  readonly logger: Logger;
}

interface KeySetServices extends RemoteServices {
  readonly client: ClientSettings | undefined;
}

const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** Clocks of issuers and gateways differ; five minutes are usual, one is enough in practice. */
const LEEWAY_SECONDS = 60;
const TOKEN_LENGTH_MAX = 16_384;
const FORM_BYTES_MAX = 256 * 1024;

/**
 * Creates a verifier that accepts HS*, RS* and ES* signatures, each only from the kind of key it belongs to, so that a public
 * key never serves as a shared secret (RFC 8725 §3.1).
 * @throws Error when no key is configured or one cannot be read.
 */
export function jwtVerifier(settings: JwtVerification, services: RemoteServices): JwtVerifier {
  const keysFor = keysOf(settings, services);
  return async (exchange) => {
    const token = readJwt(exchange, settings) ?? (await readFormToken(exchange, settings));
    if (token === null) return bearerRefusal('No token was sent. Send it as Authorization: Bearer TOKEN.');
    try {
      return await verify(token, keysFor, settings);
    } catch (error) {
      if (error instanceof KeySetUnavailable)
        return uncheckedReply('The token cannot be checked at present.', error.retryAfterSeconds);
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        return bearerRefusal(reasonOf(error), 'invalid_token');
      throw error;
    }
  };
}

/**
 * Creates a function that verifies tokens by themselves, as `jwtVerifier` does those of requests; it throws what is wrong with one.
 * @throws Error when no key is configured or one cannot be read.
 */
export function tokenVerifier(
  settings: JwtVerification,
  services: RemoteServices,
): (token: string) => Promise<JWTPayload> {
  const keysFor = keysOf(settings, services);
  return (token) => verify(token, keysFor, settings);
}

/** Whether a verifier has returned claims. */
export function isClaims(verified: JWTPayload | Reply): verified is JWTPayload {
  return !isReply(verified);
}

async function verify(token: string, keysFor: KeysFor, settings: JwtVerification): Promise<JWTPayload> {
  if (token.length > TOKEN_LENGTH_MAX) throw new errors.JWTInvalid('The token is too long.');
  const { alg, kid } = decodeProtectedHeader(token);
  if (alg === undefined) throw new errors.JWTInvalid('The token names no algorithm.');
  let failure: Error = new errors.JWKSNoMatchingKey();
  for (const key of await keysFor(token, alg, kid)) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [alg],
        clockTolerance: LEEWAY_SECONDS,
        ...(settings.requiresExpiry === true ? { requiredClaims: ['exp'] } : {}),
        ...(settings.issuer === undefined ? {} : { issuer: settings.issuer }),
        ...(settings.audience === undefined ? {} : { audience: settings.audience }),
      });
      return payload;
    } catch (error) {
      // Another of the keys may have signed it.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Sentences for the caller, who has sent the token; nothing in them is new to it. */
function reasonOf(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's claim "${error.claim}" does not fit.`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The token has another signature.';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'The token is signed with a key that is not known here.';
  return 'The token is not valid.';
}

/** Returns the token of a request: Authorization, with or without the scheme Bearer, else the query parameter (`jwt` unless configured). */
function readJwt(exchange: Exchange, settings: JwtVerification): string | null {
  const fromHeader = bearerToken(exchange) ?? bareToken(exchange.header('authorization'));
  if (fromHeader !== null || exchange.query === '' || settings.tokenQueryKey === null) return fromHeader;
  return new URLSearchParams(exchange.query).get(settings.tokenQueryKey || 'jwt') || null;
}

/** Returns the token in a form that a request posts (RFC 6750 §2.2), where the settings allow for it. */
async function readFormToken(exchange: Exchange, settings: JwtVerification): Promise<string | null> {
  const { readsForm, tokenQueryKey } = settings;
  if (readsForm !== true || !tokenQueryKey || !exchange.hasBody || exchange.method === 'GET') return null;
  const type = exchange.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return null;
  const body = await readBody(exchange, FORM_BYTES_MAX);
  return body === null ? null : new URLSearchParams(body.toString('utf8')).get(tokenQueryKey) || null;
}

/** Takes the token out of what the upstream gets, but for one in a form, which is content. */
export function consumeToken(exchange: Exchange, { tokenQueryKey }: JwtVerification): void {
  if (bearerToken(exchange) !== null || bareToken(exchange.header('authorization')) !== null)
    exchange.deleteRequestHeader('authorization');
  if (tokenQueryKey !== null) consumeCredential(exchange, { query: tokenQueryKey || 'jwt' });
}

function bareToken(authorization: string | undefined): string | null {
  return authorization !== undefined && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(authorization) ? authorization : null;
}

function keysOf(settings: JwtVerification, { auxiliary, logger }: RemoteServices): KeysFor {
  const services = { auxiliary, logger, client: settings.client };
  const secret = readSecret(settings);
  const publicKey = settings.publicKey === undefined ? null : readPublicKey(settings.publicKey);
  const keySet = readKeySet(settings, services);
  if (secret === null && publicKey === null && keySet === null) {
    throw new Error('no key to verify tokens with: set one of signingSecret, publicKey, jwksFile, jwksUrl');
  }
  return (token, alg, kid) => {
    if (SECRET_ALGORITHMS.includes(alg)) return secret === null ? [] : [secret];
    if (!KEY_ALGORITHMS.includes(alg)) return [];
    if (keySet !== null && (kid !== undefined || publicKey === null)) return keySet(token, alg, kid);
    return publicKey === null ? [] : [publicKey];
  };
}

function readSecret({ signingSecret, signingSecretBase64Encoded }: JwtVerification): Uint8Array | null {
  if (signingSecret === undefined || signingSecret === '') return null;
  return Buffer.from(signingSecret, signingSecretBase64Encoded === true ? 'base64' : 'utf8');
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error('publicKey is not a PEM public key (BEGIN PUBLIC KEY)', { cause: error });
  }
}

function readKeySet(
  { jwksFile, jwksUrl, trustedIssuers, keySets }: JwtVerification,
  services: KeySetServices,
): KeysFor | null {
  if (keySets !== undefined && keySets.length > 0) return keysByIssuer(keySets, services);
  if (jwksFile !== undefined && jwksFile !== '') {
    const local = readJwksFile(jwksFile);
    return (_token, alg, kid) => local.candidates(alg, kid);
  }
  if (jwksUrl === undefined || jwksUrl === '') return null;
  if (/^https?:\/\//.test(jwksUrl)) {
    const remote = new RemoteKeySet(new URL(jwksUrl).href, services);
    return (_token, alg, kid) => remote.candidates(alg, kid);
  }
  if (trustedIssuers === undefined || trustedIssuers.length === 0) {
    throw new Error(
      `jwksUrl "${jwksUrl}" is not absolute: keys found through a token's own issuer would prove nothing; write the whole URL`,
    );
  }
  const byIssuer = new Map(
    trustedIssuers.map(
      (issuer) => [issuer, new RemoteKeySet(new URL(jwksUrl, issuer).href, services)] as const,
    ),
  );
  return (token, alg, kid) => byIssuer.get(decodeJwt(token).iss ?? '')?.candidates(alg, kid) ?? [];
}

/** Each issuer's tokens are verified with its keys only; the set without an issuer serves all others. */
function keysByIssuer(keySets: NonNullable<JwtVerification['keySets']>, services: KeySetServices): KeysFor {
  const sets = new Map(
    keySets.map(
      ({ issuer, url }) => [issuer ?? null, new RemoteKeySet(new URL(url).href, services)] as const,
    ),
  );
  return (token, alg, kid) => {
    const set = sets.get(decodeJwt(token).iss ?? null) ?? sets.get(null);
    return set?.candidates(alg, kid) ?? [];
  };
}

/** `jwksFile` is the content itself, or the path of a file that holds it. */
function readJwksFile(value: string): KeySet {
  const text = value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8');
  try {
    return new KeySet(text);
  } catch (error) {
    throw new Error(`jwksFile cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
