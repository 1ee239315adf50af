import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';
import type { Platform } from '../platform.ts';
import type { Authority, AuthorityKeys } from '@portolan/process/certificate-authority';
import { sharedAuthority } from './shared-authority.ts';

/**
 * Returns a function that opens the authority for domains that no public one can certify. Its certificate is written to
 * `ca/ca.pem` of the data directory, for clients to trust.
 */
export function localAuthority({
  db,
  sealer,
  config,
}: Pick<Platform, 'db' | 'sealer' | 'config'>): () => Promise<Authority> {
  const directory = join(config.dataDir, 'ca');
  return sharedAuthority({
    secrets: { db, sealer },
    name: 'local-authority',
    commonName: 'Portolan local authority',
    findFormer: () => keptInFiles(directory),
    async onOpen({ cert }) {
      const file = join(directory, 'ca.pem');
      if ((await readIfExists(file)) !== cert) await writeFileAtomic(file, cert, { mode: 0o644 });
      await rm(join(directory, 'ca.key'), { force: true });
    },
  });
}

/** Returns the authority of a data directory from before authorities were kept in the database. */
async function keptInFiles(directory: string): Promise<AuthorityKeys | null> {
  const [cert, key] = await Promise.all(
    ['ca.pem', 'ca.key'].map((name) => readIfExists(join(directory, name))),
  );
  return cert && key ? { cert, key } : null;
}
