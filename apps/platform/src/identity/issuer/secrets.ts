import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { sharedSecret } from '../../secrets/shared-secret.ts';
import type { Platform } from '../../platform.ts';

/** Returns the keys that sign ID tokens and cookies; all replicas share them. */
export async function issuerSecrets(
  parts: Pick<Platform, 'db' | 'sealer'>,
): Promise<{ key: JWK; cookieKey: string }> {
  const key = await sharedSecret(parts, 'issuer.signing-key', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    return JSON.stringify({
      ...(await exportJWK(privateKey)),
      use: 'sig',
      alg: 'ES256',
      kid: randomBytes(8).toString('hex'),
    });
  });
  const cookieKey = await sharedSecret(parts, 'issuer.cookie-key', async () =>
    randomBytes(32).toString('base64url'),
  );
  return { key: JSON.parse(key) as JWK, cookieKey };
}
