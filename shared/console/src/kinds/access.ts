import { dictionary } from '@portolan/contract/dictionary';
import { listApis } from '@portolan/contract/resources';
import { listUsers } from '@portolan/contract/users';
import { z } from 'zod';
import { toned, type Block, type Cell } from './block.ts';
import { toneOf } from './format.ts';
import type { Kind, Session } from './kind.ts';
import { selected, selector } from './named-apis.ts';
import { objectKind, type Fields, type ObjectKindRow } from './object-kind.ts';
import type { HeldObject } from './objects.ts';
import { quoted } from './traces.ts';
import { fullName } from './users.ts';

/** A right to call APIs, or a limit on how often. */
export interface AccessRow extends ObjectKindRow {
  readonly grants: 'access' | 'limit';
  /** `everyone`, or names of groups. */
  readonly who: readonly string[];
  readonly what: readonly string[];
  readonly limit: string | null;
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
export const access: Kind<AccessRow> = objectKind<AccessRow>({
  name: 'access',
  singular: 'access',
  title: 'Access',
  aliases: ['accesses', 'limits'],
  kinds: Object.keys(GRANTS),
  sort: 'grants',
  empty: 'No access granted yet. Press A on an API to grant it to a group, or n to write a manifest.',
  columns: [
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
  ],
  rowsOf: (held) => held.map(accessRow),
  about,
  tabs: (row) => [
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
  ],
});

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

function about(row: AccessRow): Fields {
  const nobody: Cell = toned('warn', 'nobody: it has no groups');
  const held = spec.safeParse(row.object['spec']).data ?? {};
  const operations = held.operationFilter?.include ?? [];
  return [
    ['Who', row.who.length === 0 ? nobody : row.who.join(', ')],
    ['What', row.what.join(', ') || toned('warn', 'no API is selected')],
    ['Operations', operations.length === 0 ? 'all' : `only ${operations.join(', ')}`],
    ['Limit', row.limit ?? 'none'],
    ['State', toned(toneOf(row.state), row.state)],
  ];
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
