import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ObjectOwner } from '@portolan/contract/resources';
import type { Queries } from '../../db/database.ts';
import { resources } from './schema.ts';

/** Owners other than the platform, of those keys that have one. */
export async function foreignOwners(
  db: Queries,
  clusterId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ObjectOwner>> {
  const foreign = await db
    .select({ key: resources.key, owner: resources.owner })
    .from(resources)
    .where(
      and(
        eq(resources.clusterId, clusterId),
        inArray(resources.key, [...keys]),
        sql`${resources.owner} ->> 'kind' <> 'platform'`,
      ),
    );
  return new Map(foreign.map(({ key, owner }) => [key, owner]));
}

/** An owner in words. */
export function describeOwner(owner: ObjectOwner): string {
  switch (owner.kind) {
    case 'file':
      return `the file ${owner.file}, line ${owner.line}`;
    case 'gitops':
      return `${owner.application} of ${owner.tool}`;
    case 'cluster':
      return 'the cluster, where it was made directly';
    case 'platform':
      return 'the platform';
    default:
      throw new Error(`no owner of kind ${String(owner satisfies never)}`);
  }
}
