import { join } from 'node:path';
import type { Platform } from '../platform.ts';
import { readOrCreateSecret } from '../secret-file.ts';
import { Sealer } from '../secrets/seal.ts';
import { openAuthority, type Authority } from './certificates/authority.ts';

export interface ClusterSecrets {
  readonly authority: Authority;
  readonly sealer: Sealer;
}

const opened = new WeakMap<Platform['db'], Promise<ClusterSecrets>>();

/** The platform's certificate authority and what seals its secrets, opened at first need; a failure is tried again. */
export function clusterSecrets({ db, config }: Pick<Platform, 'db' | 'config'>): Promise<ClusterSecrets> {
  const known = opened.get(db);
  if (known) return known;
  const { dataDir } = config;
  const opening = Promise.all([
    openAuthority(join(dataDir, 'ca')),
    readOrCreateSecret(join(dataDir, 'seal.key')),
  ])
    .then(([authority, secret]) => ({ authority, sealer: new Sealer(secret) }))
    .catch((error: unknown) => {
      opened.delete(db);
      throw error;
    });
  opened.set(db, opening);
  return opening;
}
