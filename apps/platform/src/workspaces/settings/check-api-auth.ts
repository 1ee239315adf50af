import { createPublicKey } from 'node:crypto';
import { KEPT_SECRET, type ApiAuthSetting } from '@portolan/contract/settings';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/**
 * Returns the setting to store, with a masked secret replaced by the stored one.
 * @throws AppError `invalid-request` if gateways could not use it.
 */
export function checkApiAuth(wanted: ApiAuthSetting, before: ApiAuthSetting): ApiAuthSetting {
  if (wanted.kind === 'apiKey') return wanted;
  const setting = withKeptSecret(wanted, before);
  const { signingSecret, signingSecretBase64Encoded, publicKey, jwksFile } = setting.jwt;
  if (signingSecret !== undefined && signingSecretBase64Encoded && !BASE64.test(signingSecret))
    throw unusable(
      'signingSecret',
      'is not base64',
      'Encode the secret, or set signingSecretBase64Encoded to false.',
    );
  if (publicKey !== undefined && !isPublicKey(publicKey))
    throw unusable(
      'publicKey',
      'is not a PEM public key',
      'Include the lines -----BEGIN PUBLIC KEY----- and -----END PUBLIC KEY-----.',
    );
  if (jwksFile !== undefined && !isKeySet(jwksFile))
    throw unusable(
      'jwksFile',
      'is not a JSON Web Key Set',
      'Provide the content of the set: {"keys": [...]}.',
    );
  return setting;
}

type Jwt = Extract<ApiAuthSetting, { kind: 'jwt' }>;

function withKeptSecret(wanted: Jwt, before: ApiAuthSetting): Jwt {
  if (wanted.jwt.signingSecret !== KEPT_SECRET) return wanted;
  const kept = before.kind === 'jwt' ? before.jwt.signingSecret : undefined;
  if (kept === undefined)
    throw unusable('signingSecret', 'cannot be kept because none is stored', 'Provide the secret.');
  return { ...wanted, jwt: { ...wanted.jwt, signingSecret: kept } };
}

function isPublicKey(pem: string): boolean {
  // Node would derive the public key from a private key, but a private key must not be stored here.
  if (pem.includes('PRIVATE')) return false;
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}

function isKeySet(text: string): boolean {
  try {
    return keySet.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

function unusable(field: string, what: string, fix: string): AppError {
  const fields = [{ field: `apiAuth.jwt.${field}`, message: what }];
  return new AppError('invalid-request', `apiAuth.jwt.${field} ${what}.`, { fields, fix });
}
