import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { KeptFile } from '../../kept-file.ts';

/**
 * Returns the identity of this cluster, kept in the state directory in two copies. The first time it is what `read` returns, or
 * random where that is null.
 */
export async function keptClusterUid(
  stateDir: string,
  read: () => Promise<string | null> = async () => null,
): Promise<string> {
  const file = new KeptFile(join(stateDir, 'cluster-uid'), z.object({ uid: z.string().min(1) }));
  const kept = await file.load();
  if (kept !== null) return kept.value.uid;
  const uid = (await read()) ?? randomUUID();
  await file.save({ uid });
  // Never written again: without a second copy, one damaged file would make this another cluster.
  await file.save({ uid });
  return uid;
}
