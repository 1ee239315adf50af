import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm';
import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import type { Queries } from '../../db/database.ts';
import { apiKeys } from '../../users/keys/schema.ts';
import { groups, userGroups } from '../../users/groups/schema.ts';
import { users } from '../../users/schema.ts';

/** Reads API keys as gateways need them: hashed, with their users' groups. */
export interface KeySource {
  /** Up to `limit` keys of a workspace in order of id, after one of them. */
  page(workspace: string, after: string, limit: number): Promise<ApiKeyRecord[]>;
  /** Those among these that there are. */
  byId(workspace: string, ids: readonly string[]): Promise<ApiKeyRecord[]>;
  ofUsers(workspace: string, userIds: readonly string[]): Promise<ApiKeyRecord[]>;
}

export function keySource(db: Queries): KeySource {
  const inWorkspace = (workspace: string) => eq(apiKeys.workspaceId, workspace);
  return {
    page: (workspace, after, limit) =>
      readRecords(db, and(inWorkspace(workspace), gt(apiKeys.id, after)), limit),
    byId: (workspace, ids) => readRecords(db, and(inWorkspace(workspace), inArray(apiKeys.id, [...ids]))),
    ofUsers: (workspace, userIds) =>
      readRecords(db, and(inWorkspace(workspace), inArray(apiKeys.userId, [...userIds]))),
  };
}

async function readRecords(db: Queries, where: SQL | undefined, limit?: number): Promise<ApiKeyRecord[]> {
  const groupNames = sql<string[]>`array(
    select ${groups.name} from ${userGroups} join ${groups} on ${groups.id} = ${userGroups.groupId}
    where ${userGroups.userId} = ${users.id} order by ${groups.name})`;
  const query = db
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
    .where(where)
    .orderBy(asc(apiKeys.id));
  const rows = await (limit === undefined ? query : query.limit(limit));
  return rows.map(({ suspendedAt, expiresAt, state, ...row }) => ({
    ...row,
    suspended: suspendedAt !== null || state === 'disabled',
    expiresAt: expiresAt?.toISOString() ?? null,
  }));
}
