import { and, eq, exists, inArray, like, not, or, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/pg-core';
import type { Problem } from '@portolan/resources/problem';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Queries } from '../../db/database.ts';
import { groups } from '../../users/groups/schema.ts';
import { workspaceSettings } from '../../workspaces/settings/schema.ts';
import { resources } from '../list/schema.ts';

const API_GROUP = 'hub.traefik.io/';
const CODE = 'unknown-group';
const FIELD = 'spec.groups';
const MESSAGE = ['Group "', '" does not exist: nobody has access through it'] as const;
const FIX = 'create the group, or correct its name';

const build = new QueryBuilder();
const named = sql<string>`jsonb_array_elements_text(case when jsonb_typeof(${resources.object} -> 'spec' -> 'groups') = 'array'
  then ${resources.object} -> 'spec' -> 'groups' else '[]'::jsonb end)`;

/** Objects of API management and the groups they name, one row each. */
const naming = build
  .select({
    clusterId: resources.clusterId,
    workspaceId: resources.workspaceId,
    key: resources.key,
    kind: resources.kind,
    namespace: resources.namespace,
    name: resources.name,
    owner: resources.owner,
    updatedAt: resources.updatedAt,
    group: named.as('group_name'),
  })
  .from(resources)
  .where(like(resources.apiVersion, `${API_GROUP}%`))
  .as('naming');

/**
 * Selects, in the shape of the problems, the objects that name groups which do not exist. Where callers authenticate with
 * tokens, groups come from these; in a workspace without any group, none is missing yet.
 */
export function selectUnknownGroups() {
  return build
    .select({
      clusterId: naming.clusterId,
      id: sql<string>`'${sql.raw(CODE)} ' || ${naming.key} || ' ' || ${naming.group}`.as('id'),
      workspaceId: naming.workspaceId,
      severity: sql<'error' | 'warning'>`'warning'::text`.as('severity'),
      code: sql<string>`${CODE}::text`.as('code'),
      file: sql<string | null>`${naming.owner} ->> 'file'`.as('file'),
      line: sql<number | null>`(${naming.owner} ->> 'line')::int`.as('line'),
      kind: sql<string | null>`${naming.kind}::text`.as('kind'),
      namespace: sql<string | null>`nullif(${naming.namespace}, '')::text`.as('namespace'),
      name: sql<string | null>`${naming.name}::text`.as('name'),
      field: sql<string | null>`${FIELD}::text`.as('field'),
      message: sql<string>`${MESSAGE[0]}::text || ${naming.group} || ${MESSAGE[1]}::text`.as('message'),
      fix: sql<string | null>`${FIX}::text`.as('fix'),
      since: naming.updatedAt,
    })
    .from(naming)
    .where(
      and(
        not(exists(groupsOf(sql`${groups.name} = ${naming.group}`))),
        exists(groupsOf(sql`true`)),
        not(exists(tokenSettings())),
      ),
    );
}

function groupsOf(condition: ReturnType<typeof sql>) {
  return build
    .select({ one: sql`1` })
    .from(groups)
    .where(and(eq(groups.workspaceId, naming.workspaceId), condition));
}

function tokenSettings() {
  return build
    .select({ one: sql`1` })
    .from(workspaceSettings)
    .where(
      and(
        eq(workspaceSettings.workspaceId, naming.workspaceId),
        sql`${workspaceSettings.apiAuth} ->> 'kind' = 'jwt'`,
      ),
    );
}

/** Returns the problems of objects that name groups which do not exist, as the list of problems words them. */
export async function findUnknownGroups(
  db: Queries,
  workspace: string,
  objects: readonly KubernetesObject[],
): Promise<Problem[]> {
  const pairs = objects.flatMap((object) => groupsNamed(object).map((group) => ({ object, group })));
  const names = [...new Set(pairs.map(({ group }) => group))];
  if (names.length === 0 || (await hasTokens(db, workspace))) return [];
  const found = await db
    .select({ name: groups.name })
    .from(groups)
    .where(and(eq(groups.workspaceId, workspace), or(inArray(groups.name, names))));
  const known = new Set(found.map(({ name }) => name));
  return pairs
    .filter(({ group }) => !known.has(group))
    .map(({ object: { kind, metadata }, group }) => ({
      code: CODE,
      severity: 'warning',
      kind,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      name: metadata.name,
      field: FIELD,
      message: MESSAGE.join(group),
      fix: FIX,
    }));
}

function groupsNamed({ apiVersion, spec }: KubernetesObject): readonly string[] {
  if (!apiVersion.startsWith(API_GROUP) || typeof spec !== 'object' || spec === null) return [];
  const named = 'groups' in spec ? spec.groups : [];
  return Array.isArray(named) ? named.filter((one) => typeof one === 'string') : [];
}

async function hasTokens(db: Queries, workspace: string): Promise<boolean> {
  const [row] = await db
    .select({ setting: workspaceSettings.apiAuth })
    .from(workspaceSettings)
    .where(eq(workspaceSettings.workspaceId, workspace));
  return row?.setting.kind === 'jwt';
}
