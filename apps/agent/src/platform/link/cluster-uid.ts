import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { KeptFile } from '../../kept-file.ts';

/** The identity of a directory of manifests: made once, kept in the state directory. */
export async function keptClusterUid(stateDir: string): Promise<string> {
  const file = new KeptFile(join(stateDir, 'cluster-uid'), z.object({ uid: z.string().min(1) }));
  const kept = await file.load();
  if (kept !== null) return kept.value.uid;
  const uid = randomUUID();
  await file.save({ uid });
  return uid;
}
