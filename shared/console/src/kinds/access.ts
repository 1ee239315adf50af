import { objectCopies } from './copies.ts';
import { dictionary } from '@portolan/contract/dictionary';
import { listApis, type Resource } from '@portolan/contract/resources';
import { listUsers } from '@portolan/contract/users';
import { z } from 'zod';
import { toned, type Block, type Cell } from './block.ts';
import { formatAge, formatOwner, formatTime, toneOf } from './format.ts';
import type { Kind, Session } from './kind.ts';
import { selected, selector } from './named-apis.ts';
import { readObjects, type HeldObject, type KubernetesObject } from './objects.ts';
import { auditTab } from './related-tabs.ts';
import { objectTraces, quoted } from './traces.ts';
import { fullName } from './users.ts';
import { wholeList } from './whole-list.ts';
import { manifestTab } from './manifest-tab.ts';

/** A right to call APIs, or a limit on how often. */
export interface AccessRow extends Resource {
  readonly grants: 'access' | 'limit';
  /** `everyone`, or names of groups. */
  readonly who: readonly string[];
  readonly what: readonly string[];
  readonly limit: string | null;
  readonly object: KubernetesObject;
}

const GRANTS = dictionary<AccessRow['grants']>({
  APIAccess: 'access',
  APIRateLimit: 'limit',
});
const ref = z.looseObject({ name: z.string(), namespace: z.string().nullish() });
const spec = z.looseObject({
  groups: z.array(z.string()).nullish(),
  everyone: z.boolean().nullish(),
  anyGroups: z.boolean().nullish(),
  apis: z.array(ref).nullish(),
  apiSelector: selector.nullish(),
  apiCollections: z.array(ref).nullish(),
  apiCollectionSelector: selector.nullish(),
  apiBundles: z.array(ref).nullish(),
  operationFilter: z.looseObject({ include: z.array(z.string()).nullish() }).nullish(),
  apiPlan: ref.nullish(),
  limit: z.number().nullish(),
  period: z.string().nullish(),
});
type Spec = z.infer<typeof spec>;

/** Who may call what, and how often. */
export const access: Kind<AccessRow> = {
  name: 'access',
  singular: 'access',
  title: 'Access',
  aliases: ['accesses', 'limits'],
  topics: ['resources', 'apis'],
  sort: 'grants',
  empty: 'No access granted yet. Press A on an API to grant it to a group, or n to write a manifest.',
  columns: [
    { id: 'name', title: 'NAME', type: 'text', value: (row) => row.name, min: 12, max: 34 },
    { id: 'grants', title: 'GIVES', type: 'text', value: (row) => row.grants },
    {
      id: 'who',
      title: 'GROUPS',
      type: 'text',
      value: (row) => row.who,
      tone: (row) => (row.who.length === 0 ? 'warn' : 'plain'),
      min: 8,
      max: 28,
    },
    { id: 'what', title: 'WHAT', type: 'text', value: (row) => row.what, min: 8, max: 40 },
    { id: 'limit', title: 'LIMIT', type: 'text', value: (row) => row.limit, max: 16 },
    { id: 'state', title: 'SYNC', type: 'text', value: (row) => row.state, tone: (row) => toneOf(row.state) },
    { id: 'cluster', drop: 3, title: 'CLUSTER', type: 'text', value: (row) => row.cluster, max: 16 },
    {
      id: 'owner',
      title: 'OWNER',
      type: 'text',
      value: (row) => formatOwner(row.owner),
      wide: true,
      max: 36,
    },
    {
      id: 'updatedAt',
      drop: 4,
      title: 'AGE',
      type: 'time',
      value: (row) => row.updatedAt,
      text: (row, now) => formatAge(row.updatedAt, now),
      right: true,
    },
  ],
  id: (row) => `${row.clusterId}/${row.key}`,
  label: (row) => row.name,
  async fetch(session, query, signal) {
    const held = await readObjects(session, Object.keys(GRANTS), signal);
    return wholeList(access, held.map(accessRow), query);
  },
  copies: objectCopies,
  traces: objectTraces,
  tabs: (row, _loaded, now) => [
    { id: 'overview', title: 'Overview', blocks: [overview(row, now)] },
    {
      id: 'apis',
      title: 'APIs',
      blocks: [],
      read: async (session, signal) => [await apisOf(session, row, signal)],
    },
    {
      id: 'users',
      title: 'Users',
      blocks: [],
      topics: ['users', 'groups', 'resources'],
      read: async (session, signal) => [await usersOf(session, row, signal)],
    },
    auditTab(objectTraces(row)),
    manifestTab(row),
  ],
};

function accessRow({ resource, object }: HeldObject): AccessRow {
  const held = spec.safeParse(object['spec']).data ?? {};
  const isForAll = held.everyone === true || held.anyGroups === true;
  return {
    ...resource,
    grants: GRANTS[resource.kind] ?? 'access',
    who: isForAll ? ['everyone'] : (held.groups ?? []),
    what: whatOf(held),
    limit: limitOf(held),
    object,
  };
}

function whatOf(held: Spec): readonly string[] {
  const named = (kind: string, refs: Spec['apis']) => (refs ?? []).map((one) => `${kind}${one.name}`);
  return [
    ...named('', held.apis),
    ...named('collection ', held.apiCollections),
    ...named('bundle ', held.apiBundles),
    ...selected('APIs', held.apiSelector),
    ...selected('collections', held.apiCollectionSelector),
  ];
}

function limitOf(held: Spec): string | null {
  const text = (one: { limit: number; period?: string | null | undefined }) =>
    `${one.limit}/${one.period ?? '1s'}`;
  if (typeof held.limit === 'number') return text({ limit: held.limit, period: held.period });
  return held.apiPlan ? `plan ${held.apiPlan.name}` : null;
}

function overview(row: AccessRow, now: number): Block {
  const nobody: Cell = toned('warn', 'nobody: it has no groups');
  const held = spec.safeParse(row.object['spec']).data ?? {};
  const operations = held.operationFilter?.include ?? [];
  return {
    type: 'fields',
    rows: [
      ['Name', row.name],
      ['Kind', row.kind],
      ['Who', row.who.length === 0 ? nobody : row.who.join(', ')],
      ['What', row.what.join(', ') || toned('warn', 'no API is selected')],
      ['Operations', operations.length === 0 ? 'all' : `only ${operations.join(', ')}`],
      ['Limit', row.limit ?? 'none'],
      ['Cluster', row.cluster],
      ['State', toned(toneOf(row.state), row.state)],
      ['Owner', formatOwner(row.owner)],
      ['Changed', `${formatTime(row.updatedAt)} (${formatAge(row.updatedAt, now)} ago)`],
    ],
  };
}

async function apisOf({ client, workspace }: Session, row: AccessRow, signal?: AbortSignal): Promise<Block> {
  const page = await client.call(listApis, { params: { workspace }, query: { limit: 500 } }, signal);
  const named = new Set((spec.safeParse(row.object['spec']).data?.apis ?? []).map((one) => one.name));
  const found = page.items.filter(
    (api) =>
      api.clusterId === row.clusterId &&
      (api.access.some((one) => one.name === row.name) || named.has(api.name)),
  );
  return {
    type: 'table',
    title: row.grants === 'access' ? 'Granted APIs' : 'APIs',
    head: ['API', 'NAMESPACE', 'PATH', 'THROUGH GATEWAYS'],
    rows: found.map((api) => [
      api.name,
      api.namespace,
      api.pathPrefix,
      api.gateways.join(', ') || toned('warn', 'none: no gateway serves it'),
    ]),
    empty:
      row.grants === 'access'
        ? 'none: no APIGateway lists it, or it selects no API'
        : 'none by name; selectors are evaluated at the gateway',
  };
}

async function usersOf({ client, workspace }: Session, row: AccessRow, signal?: AbortSignal): Promise<Block> {
  const isForAll = row.who.includes('everyone');
  const filter = isForAll ? '' : `groups=${row.who.map(quoted).join(',')}`;
  const query = { limit: 200, ...(filter === '' ? {} : { filter }) };
  const none = { items: [], matched: 0 };
  const page =
    row.who.length === 0 ? none : await client.call(listUsers, { params: { workspace }, query }, signal);
  return {
    type: 'table',
    title: `Users it applies to (${page.matched})`,
    head: ['E-MAIL', 'NAME', 'GROUPS', 'STATE'],
    rows: page.items.map((user) => [
      user.email,
      fullName(user),
      user.groups.join(', '),
      toned(toneOf(user.state), user.state),
    ]),
    empty: 'none: no user is in one of its groups',
  };
}
