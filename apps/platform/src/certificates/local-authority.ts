import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';
import { z } from 'zod';
import type { Platform } from '../platform.ts';
import { sharedSecret } from '../secrets/shared-secret.ts';
import { createAuthority, openAuthority, type Authority } from './authority.ts';

const authorityKeys = z.object({ cert: z.string(), key: z.string() });

type Parts = Pick<Platform, 'db' | 'sealer' | 'config'>;

/**
 * Returns a function that opens the authority for domains that no public one can certify, at first need. All replicas use the
 * same, sealed in the database; its certificate is written to `ca/ca.pem` of the data directory, for clients to trust.
 */
export function localAuthority(parts: Parts): () => Promise<Authority> {
  let opening: Promise<Authority> | null = null;
  return () => {
    opening ??= open(parts).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
}

async function open(parts: Parts): Promise<Authority> {
  const directory = join(parts.config.dataDir, 'ca');
  const text = await sharedSecret(parts, 'local-authority', async () =>
    JSON.stringify((await keptInFiles(directory)) ?? (await createAuthority('Portolan local authority'))),
  );
  const keys = authorityKeys.parse(JSON.parse(text));
  const certFile = join(directory, 'ca.pem');
  if ((await readIfExists(certFile)) !== keys.cert)
    await writeFileAtomic(certFile, keys.cert, { mode: 0o644 });
  await rm(join(directory, 'ca.key'), { force: true });
  return openAuthority(keys);
}

/** The authority of a data directory from before authorities were kept in the database. */
async function keptInFiles(directory: string): Promise<z.infer<typeof authorityKeys> | null> {
  const [cert, key] = await Promise.all(
    ['ca.pem', 'ca.key'].map((name) => readIfExists(join(directory, name))),
  );
  return cert && key ? { cert, key } : null;
}
