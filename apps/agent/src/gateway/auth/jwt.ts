import { readFileSync } from 'node:fs';
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JwtVerification } from '@portolan/resources/model/model';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';
import { bearerToken } from './key-source.ts';

/** Verifies tokens; null for one that is not good, whatever is wrong with it. */
export type JwtVerifier = (token: string) => Promise<JWTPayload | null>;

/** The keys a token may be signed with; null when its issuer is not trusted. */
type KeySetFor = (token: string) => JWTVerifyGetKey | null;

const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** Clocks of issuers and gateways differ; five minutes are usual, one is enough in practice. */
const LEEWAY_SECONDS = 60;
const TOKEN_LENGTH_MAX = 16_384;
const JWKS_REFRESH_MS = 10 * 60_000;
const JWKS_COOLDOWN_MS = 10_000;

const jwksShape = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

/**
 * Builds a verifier that accepts HS*, RS* and ES* signatures, each only from the kind of key it belongs to, so that a public
 * key never serves as a shared secret (RFC 8725 §3.1).
 * @throws Error when no key is configured or one cannot be read.
 */
export function jwtVerifier(settings: JwtVerification, logger: Logger): JwtVerifier {
  const secret = readSecret(settings);
  const publicKey = settings.publicKey === undefined ? null : readPublicKey(settings.publicKey);
  const keySet = readKeySet(settings);
  if (secret === null && publicKey === null && keySet === null) {
    throw new Error('no key to verify tokens with: set one of signingSecret, publicKey, jwksFile, jwksUrl');
  }
  return async (token) => {
    if (token.length > TOKEN_LENGTH_MAX) return null;
    try {
      const { alg, kid } = decodeProtectedHeader(token);
      if (alg === undefined) return null;
      if (SECRET_ALGORITHMS.includes(alg)) return secret === null ? null : await verified(token, secret, alg);
      if (!KEY_ALGORITHMS.includes(alg)) return null;
      if (keySet !== null && (kid !== undefined || publicKey === null))
        return await verifiedByKeySet(token, keySet(token), alg);
      return publicKey === null ? null : await verified(token, publicKey, alg);
    } catch (error) {
      // A key set that cannot be had is not the caller's fault, yet without a key the token stays unproven.
      if (isKeySetFailure(error)) {
        logger.warn(
          { event: 'jwks.failed', url: settings.jwksUrl, reason: String(error) },
          'key set cannot be fetched',
        );
        return null;
      }
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  };
}

/** The token a request carries: Authorization, with or without the scheme Bearer, else the query parameter (`jwt` unless configured). */
export function readJwt(exchange: Exchange, settings: JwtVerification): string | null {
  const fromHeader = bearerToken(exchange) ?? bareToken(exchange.header('authorization'));
  if (fromHeader !== null || exchange.query === '') return fromHeader;
  return new URLSearchParams(exchange.query).get(settings.tokenQueryKey || 'jwt') || null;
}

function bareToken(authorization: string | undefined): string | null {
  return authorization !== undefined && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(authorization) ? authorization : null;
}

/** jose wraps what is wrong with tokens in errors of their own; the generic one is about fetching. */
function isKeySetFailure(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true;
  return error instanceof TypeError
    ? error.message === 'fetch failed'
    : error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC';
}

async function verified(token: string, key: Uint8Array | KeyObject, alg: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, key, { algorithms: [alg], clockTolerance: LEEWAY_SECONDS });
  return payload;
}

async function verifiedByKeySet(
  token: string,
  keySet: JWTVerifyGetKey | null,
  alg: string,
): Promise<JWTPayload | null> {
  if (keySet === null) return null;
  const { payload } = await jwtVerify(token, keySet, { algorithms: [alg], clockTolerance: LEEWAY_SECONDS });
  return payload;
}

function readSecret(settings: JwtVerification): Uint8Array | null {
  const text = settings.signingSecret;
  if (text === undefined || text === '') return null;
  return settings.signingSecretBase64Encoded ? Buffer.from(text, 'base64') : Buffer.from(text, 'utf8');
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error('publicKey is not a PEM public key (BEGIN PUBLIC KEY)', { cause: error });
  }
}

function readKeySet(settings: JwtVerification): KeySetFor | null {
  const { jwksFile, jwksUrl, trustedIssuers } = settings;
  if (jwksFile !== undefined && jwksFile !== '') {
    const local = createLocalJWKSet(readJwksFile(jwksFile));
    return () => local;
  }
  if (jwksUrl === undefined || jwksUrl === '') return null;
  if (/^https?:\/\//.test(jwksUrl)) {
    const remote = remoteKeySet(new URL(jwksUrl));
    return () => remote;
  }
  if (trustedIssuers === undefined || trustedIssuers.length === 0) {
    throw new Error(
      `jwksUrl "${jwksUrl}" is not absolute: keys found through a token's own issuer would prove nothing; write the whole URL`,
    );
  }
  const byIssuer = new Map(
    trustedIssuers.map((issuer) => [issuer, remoteKeySet(new URL(jwksUrl, issuer))] as const),
  );
  return (token) => byIssuer.get(decodeJwt(token).iss ?? '') ?? null;
}

/** Fetched on first use, again when a token names a key it does not hold (rotation), at most every ten seconds. */
function remoteKeySet(url: URL): JWTVerifyGetKey {
  return createRemoteJWKSet(url, {
    cacheMaxAge: JWKS_REFRESH_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    timeoutDuration: 5000,
  });
}

/** `jwksFile` is the content itself, or the path of a file that holds it. */
function readJwksFile(value: string): JSONWebKeySet {
  const text = value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8');
  const parsed = jwksShape.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error('jwksFile holds no JSON Web Key Set: expected {"keys": [...]}');
  return parsed.data;
}
