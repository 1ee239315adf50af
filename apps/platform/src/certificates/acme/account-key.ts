import { calculateJwkThumbprint, FlattenedSign, type FlattenedJWS, type JWK } from 'jose';
import type { ExternalAccount } from '../../acme-config.ts';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Key of an ACME account, ECDSA on P-256. */
export interface AccountKey {
  readonly privateKey: KeyObject;
  /** The public part. */
  readonly jwk: JWK;
  /** RFC 7638. */
  readonly thumbprint: string;
}

/** Generates a key, as PKCS #8 in PEM. */
export function generateAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Opens a key from PEM. */
export async function openAccountKey(pem: string): Promise<AccountKey> {
  const privateKey = createPrivateKey(pem);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as JWK;
  return { privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
}

/** Signs a request (RFC 8555 §6.2). `account`: URL of the account; null where the key itself identifies it. */
export function signRequest(
  key: AccountKey,
  { url, nonce, account }: { readonly url: string; readonly nonce: string; readonly account: string | null },
  payload: object | null,
): Promise<FlattenedJWS> {
  // An empty payload is a POST-as-GET (RFC 8555 §6.3).
  const bytes = new TextEncoder().encode(payload === null ? '' : JSON.stringify(payload));
  return new FlattenedSign(bytes)
    .setProtectedHeader({
      alg: 'ES256',
      nonce,
      url,
      ...(account === null ? { jwk: key.jwk } : { kid: account }),
    })
    .sign(key.privateKey);
}

/** Signs the change of an account's key with the new one (RFC 8555 §7.3.5). */
export function signKeyChange(
  next: AccountKey,
  { url, account, oldKey }: { readonly url: string; readonly account: string; readonly oldKey: JWK },
): Promise<FlattenedJWS> {
  return new FlattenedSign(new TextEncoder().encode(JSON.stringify({ account, oldKey })))
    .setProtectedHeader({ alg: 'ES256', jwk: next.jwk, url })
    .sign(next.privateKey);
}

/** Signs the public key of an account with the key of an external one (RFC 8555 §7.3.4). */
export function bindExternalAccount(
  key: AccountKey,
  { kid, hmacKey }: ExternalAccount,
  url: string,
): Promise<FlattenedJWS> {
  return new FlattenedSign(new TextEncoder().encode(JSON.stringify(key.jwk)))
    .setProtectedHeader({ alg: 'HS256', kid, url })
    .sign(Buffer.from(hmacKey, 'base64url'));
}

/** Returns what a challenge is answered with (RFC 8555 §8.1). */
export function keyAuthorization(token: string, thumbprint: string): string {
  return `${token}.${thumbprint}`;
}
