import { asc, eq, sql } from 'drizzle-orm';
import type { ApiKeyRecord } from '@portolan/contract/agent';
import type { Queries } from '../../db/database.ts';
import { apiKeys } from '../../db/schema/api-keys.ts';
import { groups } from '../../db/schema/groups.ts';
import { userGroups } from '../../db/schema/user-groups.ts';
import { users } from '../../db/schema/users.ts';

/** Every API key of a workspace as gateways need it: hashed, with its user's groups. */
export async function listKeyRecords(db: Queries, workspace: string): Promise<ApiKeyRecord[]> {
  const groupNames = sql<string[]>`array(
    select ${groups.name} from ${userGroups} join ${groups} on ${groups.id} = ${userGroups.groupId}
    where ${userGroups.userId} = ${users.id} order by ${groups.name})`;
  const rows = await db
    .select({
      id: apiKeys.id,
      hash: apiKeys.hash,
      userId: apiKeys.userId,
      email: users.email,
      groups: groupNames,
      suspendedAt: apiKeys.suspendedAt,
      expiresAt: apiKeys.expiresAt,
      state: users.state,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(eq(apiKeys.workspaceId, workspace))
    .orderBy(asc(apiKeys.id));
  return rows.map(({ suspendedAt, expiresAt, state, ...row }) => ({
    ...row,
    suspended: suspendedAt !== null || state === 'disabled',
    expiresAt: expiresAt?.toISOString() ?? null,
  }));
}
