import { eq } from 'drizzle-orm';
import type { DesiredState } from '@portolan/contract/desired-state';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { redact } from '@portolan/resources/kinds/redact';
import type { Actor } from '../db/audit-chain.ts';
import type { Transaction } from '../db/database.ts';
import { workspaces } from '../workspaces/schema.ts';
import type { Sealer } from '../secrets/seal.ts';

export type Manifest = DesiredState['objects'][number];

/** The cluster whose objects are changed, and who changes them. */
export interface ChangeTarget {
  readonly workspace: string;
  readonly cluster: { readonly id: string; readonly name: string };
  readonly sealer: Sealer;
  readonly actor: Actor;
}

/** The object as people may see it. */
export function shownObject(object: Manifest): Manifest {
  return redact(object as KubernetesObject);
}

/** The workspace's revision. */
export async function currentRevision(tx: Transaction, workspace: string): Promise<number> {
  const [row] = await tx
    .select({ revision: workspaces.revision })
    .from(workspaces)
    .where(eq(workspaces.id, workspace));
  return row?.revision ?? 0;
}

/** Its changes take turns from here to the end of the transaction: what is compared now is what will be written over. */
export async function takeTurn(tx: Transaction, workspace: string): Promise<void> {
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspace))
    .for('no key update');
}
