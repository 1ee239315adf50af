import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ObjectOwner } from '@portolan/contract/resources';
import type { Queries } from '../../db/database.ts';
import { resources } from '../../db/schema/resources.ts';
import { AppError } from '../../http/app-error.ts';

/** Refuses to change what a file, a GitOps tool or the cluster itself owns: the change would be undone there. */
export async function refuseForeign(db: Queries, clusterId: string, keys: readonly string[]): Promise<void> {
  const foreign = await db
    .select({ key: resources.key, owner: resources.owner })
    .from(resources)
    .where(
      and(
        eq(resources.clusterId, clusterId),
        inArray(resources.key, [...keys]),
        sql`${resources.owner} ->> 'kind' <> 'platform'`,
      ),
    )
    .limit(20);
  const [first] = foreign;
  if (!first) return;
  throw new AppError('owned-elsewhere', `${first.key} belongs to ${describe(first.owner)}.`, {
    fields: foreign.map(({ key, owner }) => ({ field: key, message: `belongs to ${describe(owner)}` })),
    details: { owner: first.owner },
    fix: 'Change it there; the agent brings the change here.',
  });
}

function describe(owner: ObjectOwner): string {
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
