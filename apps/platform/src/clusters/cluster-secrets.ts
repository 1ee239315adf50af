import { join } from 'node:path';
import type { Platform } from '../platform.ts';
import type { Sealer } from '../secrets/seal.ts';
import { openAuthority, type Authority } from './certificates/authority.ts';

export interface ClusterSecrets {
  readonly authority: Authority;
  readonly sealer: Sealer;
}

const opened = new WeakMap<Platform['db'], Promise<ClusterSecrets>>();

/** The platform's certificate authority and what seals its secrets, opened at first need; a failure is tried again. */
export function clusterSecrets({
  db,
  config,
  sealer,
}: Pick<Platform, 'db' | 'config' | 'sealer'>): Promise<ClusterSecrets> {
  const known = opened.get(db);
  if (known) return known;
  const opening = openAuthority(join(config.dataDir, 'ca'))
    .then((authority) => ({ authority, sealer }))
    .catch((error: unknown) => {
      opened.delete(db);
      throw error;
    });
  opened.set(db, opening);
  return opening;
}
