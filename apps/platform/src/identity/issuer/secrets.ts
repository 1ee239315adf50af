import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { platformSecrets } from './schema.ts';
import type { Platform } from '../../platform.ts';

/** Keys that sign ID tokens and cookies; made once, the same on every replica. */
export async function issuerSecrets(
  parts: Pick<Platform, 'db' | 'sealer'>,
): Promise<{ key: JWK; cookieKey: string }> {
  const key = await shared(parts, 'issuer.signing-key', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    return JSON.stringify({
      ...(await exportJWK(privateKey)),
      use: 'sig',
      alg: 'ES256',
      kid: randomBytes(8).toString('hex'),
    });
  });
  const cookieKey = await shared(parts, 'issuer.cookie-key', async () =>
    randomBytes(32).toString('base64url'),
  );
  return { key: JSON.parse(key) as JWK, cookieKey };
}

async function shared(
  { db, sealer }: Pick<Platform, 'db' | 'sealer'>,
  name: string,
  make: () => Promise<string>,
): Promise<string> {
  const find = async () => (await db.select().from(platformSecrets).where(eq(platformSecrets.name, name)))[0];
  if (!(await find())) {
    await db
      .insert(platformSecrets)
      .values({ name, sealed: sealer.seal(await make(), secretContext(name)) })
      .onConflictDoNothing();
  }
  const row = await find();
  if (!row) throw new Error(`the secret ${name} is gone`);
  return sealer.open(row.sealed, secretContext(name));
}

/** Text that a platform's secret is tied to. */
function secretContext(name: string): string {
  return `platform:${name}`;
}
