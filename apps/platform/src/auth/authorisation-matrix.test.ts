import { createKey } from '@portolan/contract/keys';
import { invite } from '@portolan/contract/members';
import { ROLES, ROLE_PERMISSIONS, type Permission } from '@portolan/contract/permissions';
import type { RouteDefinition } from '@portolan/contract/route';
import { scimUsers } from '@portolan/contract/scim';
import { createScimToken, revokeScimToken } from '@portolan/contract/scim-tokens';
import { createUser } from '@portolan/contract/users';
import { newId } from '../db/ids.ts';
import { users } from '../users/schema.ts';
import { hashToken, newSecret } from './secret-token.ts';
import { createAccessToken } from './token-store.ts';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessTokens } from './schema.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

const HOME = 'default';
const AWAY = 'elsewhere';
/** In everything that belongs to the home workspace; no stranger may ever read it. */
const MARK = 'zanzibar';

let portolan: TestPlatform;
const tokens: Record<string, string> = {};
const ids: Record<string, string> = {};
beforeAll(async () => {
  portolan = await startTestPlatform();
  await portolan.createWorkspace(AWAY);
  for (const role of ROLES) tokens[role] = (await portolan.signInAs(role)).token;
  tokens['stranger'] = (await portolan.signInAs('owner', AWAY)).token;
  await seed();
});
afterAll(() => portolan.close());

async function seed(): Promise<void> {
  const params = { workspace: HOME };
  const user = await portolan.owner.call(createUser, {
    params,
    body: { email: `${MARK}@example.com`, groups: [MARK], firstName: MARK },
  });
  const key = await portolan.owner.call(createKey, { params, body: { user: user.id, name: MARK } });
  const invitation = await portolan.owner.call(invite, {
    params,
    body: { email: `${MARK}2@example.com`, role: 'viewer' },
  });
  const member = await portolan.signInAs('editor');
  const { bootstrap } = portolan;
  Object.assign(ids, { user: user.id, group: MARK, key: key.id, invitation: invitation.id });
  Object.assign(ids, { account: member.accountId, cluster: bootstrap.clusterId });
}

const isScim = (route: RouteDefinition) => route.permission === 'scim';
const isGuarded = (route: RouteDefinition) => route.path.includes('{workspace}') && !isScim(route);
const guarded = () => portolan.routes.filter(isGuarded);
const signedIn = () => portolan.routes.filter((route) => route.permission === 'signed-in');
const ofMachines = () =>
  portolan.routes.filter(({ permission }) => ['agent', 'agent-token', 'broker'].includes(permission));
const ofUsers = () => portolan.routes.filter((route) => route.permission === 'user');

interface Attempt {
  readonly route: RouteDefinition;
  readonly workspace?: string;
  readonly token?: string | undefined;
  readonly body?: unknown;
}

async function attempt({
  route,
  workspace = HOME,
  token,
  body,
}: Attempt): Promise<{ status: number; text: string }> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    name === 'workspace' ? workspace : (ids[name] ?? 'unknown'),
  );
  const abort = new AbortController();
  const response = await fetch(`${portolan.url}${path}`, {
    method: route.method,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: abort.signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const isEndless = route.stream !== undefined && response.ok;
  const text = isEndless ? '' : await response.text();
  if (isEndless) abort.abort();
  return { status: response.status, text };
}

/** Runs all attempts and names each that was answered otherwise, so that a failure lists every hole at once. */
async function holes(attempts: readonly Attempt[], expected: number): Promise<string[]> {
  const found: string[] = [];
  for (const one of attempts) {
    const { status, text } = await attempt(one);
    const name = `${one.route.method} ${one.route.path}`;
    if (status !== expected) found.push(`${name}: ${status} instead of ${expected}`);
    if (text.includes(MARK)) found.push(`${name}: tells of another workspace`);
  }
  return found;
}

test('every route of a workspace names a permission of it', () => {
  expect(guarded().length).toBeGreaterThan(25);
  const open = guarded().filter((route) => route.permission === 'public' || route.permission === 'signed-in');
  expect(open).toEqual([]);
});

test('no credential, a made-up one: 401', async () => {
  const routes = [...guarded(), ...signedIn(), ...ofUsers()];
  for (const token of [undefined, 'short', `pts_${'x'.repeat(43)}_000000`, portolan.bootstrap.agentToken]) {
    expect(
      await holes(
        routes.map((route) => ({ route, token })),
        401,
      ),
    ).toEqual([]);
  }
});

test('a revoked or expired sign-in: 401', async () => {
  const { db } = portolan.platform;
  const { accountId, token: revoked } = await portolan.signInAs('owner');
  await db.delete(accessTokens).where(eq(accessTokens.accountId, accountId));
  const { accountId: late, token: expired } = await portolan.signInAs('owner');
  await db
    .update(accessTokens)
    .set({ expiresAt: sql`now()` })
    .where(eq(accessTokens.accountId, late));
  for (const token of [revoked, expired]) {
    expect(
      await holes(
        [...guarded(), ...signedIn(), ...ofUsers()].map((route) => ({ route, token })),
        401,
      ),
    ).toEqual([]);
  }
});

test('calls of agents and brokers: 401 to every account, user and token of another kind', async () => {
  expect(ofMachines().length).toBeGreaterThan(15);
  const { agentToken } = portolan.bootstrap;
  const { brokerSecret } = portolan.platform;
  const others = [undefined, ...ROLES.map((role) => tokens[role]), await userToken(ids['user'] ?? '')];
  for (const token of others)
    expect(
      await holes(
        ofMachines().map((route) => ({ route, token })),
        401,
      ),
    ).toEqual([]);
  const withToken = ofMachines().filter(({ permission }) => permission !== 'agent-token');
  const withSecret = ofMachines().filter(({ permission }) => permission !== 'broker');
  const swapped = [
    ...withToken.map((route) => ({ route, token: agentToken })),
    ...withSecret.map((route) => ({ route, token: brokerSecret })),
  ];
  expect(await holes(swapped, 401)).toEqual([]);
});

test('a broker secret and an agent token: 401 wherever people are', async () => {
  const routes = [...guarded(), ...signedIn(), ...ofUsers()];
  for (const token of [portolan.platform.brokerSecret, portolan.bootstrap.agentToken])
    expect(
      await holes(
        routes.map((route) => ({ route, token })),
        401,
      ),
    ).toEqual([]);
});

test('SCIM: 401 to every account, user and machine, and to a SCIM token of another workspace or a revoked one', async () => {
  const routes = portolan.routes.filter(isScim);
  expect(routes.length).toBeGreaterThan(15);
  const create = async (workspace: string, token: string | undefined) =>
    portolan.clientWith(token).call(createScimToken, { params: { workspace }, body: { name: 'idp' } });
  const { token: foreign } = await create(AWAY, tokens['stranger']);
  const { token: revoked, id } = await create(HOME, tokens['owner']);
  await portolan.owner.call(revokeScimToken, { params: { workspace: HOME, scimToken: id } });
  const { token: valid } = await create(HOME, tokens['owner']);
  const { agentToken } = portolan.bootstrap;
  const others = [undefined, ...Object.values(tokens), await userToken(ids['user'] ?? ''), agentToken];
  for (const token of [...others, portolan.platform.brokerSecret, foreign, revoked])
    expect(
      await holes(
        routes.map((route) => ({ route, token })),
        401,
      ),
    ).toEqual([]);
  const everywhereElse = portolan.routes.filter((route) => !isScim(route) && route.permission !== 'public');
  expect(
    await holes(
      everywhereElse.map((route) => ({ route, token: valid })),
      401,
    ),
  ).toEqual([]);
  const own = await attempt({ route: scimUsers.list, token: valid });
  expect(own.status).toBe(200);
});

test('every operation that is served is in the OpenAPI document', async () => {
  const response = await fetch(`${portolan.url}/api/v1/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, object> };
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  for (const call of ['POST /agent/v1/link', 'GET /agent/v1/state', 'PUT /internal/v1/brokers/{id}/lease'])
    expect(documented).toContain(call);
});

test('a user of APIs: 401 wherever people administer, and who administers: 401 where users are', async () => {
  const token = await userToken(ids['user'] ?? '');
  const administered = [...guarded(), ...signedIn()].map((route) => ({ route, token }));
  expect(await holes(administered, 401)).toEqual([]);
  for (const role of ROLES) {
    const own = ofUsers().map((route) => ({ route, token: tokens[role] }));
    expect(await holes(own, 401)).toEqual([]);
  }
});

test('a user: nothing of another user, in the same workspace or another one', async () => {
  const before = await snapshot();
  for (const workspace of [HOME, AWAY]) {
    const [id, client] = [newId('usr'), portolan.platform.db];
    await client.insert(users).values({ id, workspaceId: workspace, email: `${id}@example.com` });
    const token = await userToken(id);
    for (const route of ofUsers().filter(({ path }) => path.includes('{key}'))) {
      for (const body of route.body ? [{ state: 'suspended' }, { state: 'active' }] : [undefined])
        expect(await holes([{ route, token, body }], 404)).toEqual([]);
    }
    for (const route of ofUsers().filter(({ method }) => method === 'GET'))
      expect(await holes([{ route, token }], 200)).toEqual([]);
    await client.delete(users).where(eq(users.id, id));
  }
  expect(await snapshot()).toEqual(before);
});

async function userToken(userId: string): Promise<string> {
  const token = newSecret('pts');
  const expiresAt = new Date(Date.now() + 60_000);
  const row = { id: newId('tok'), userId, kind: 'session', name: 'test', expiresAt } as const;
  await portolan.platform.db.insert(accessTokens).values({ ...row, hash: hashToken(token) });
  return token;
}

test('an owner of another workspace: 404, as if it were not there', async () => {
  const token = tokens['stranger'];
  expect(
    await holes(
      guarded().map((route) => ({ route, token })),
      404,
    ),
  ).toEqual([]);
  const absent = await attempt({ route: guarded()[0]!, token, workspace: 'absent' });
  const present = await attempt({ route: guarded()[0]!, token });
  expect(absent.text.replace('absent', HOME)).toBe(present.text);
});

test('a lower role: 403', async () => {
  for (const role of ROLES) {
    const denied = guarded().filter((route) => !ROLE_PERMISSIONS[role].has(route.permission as Permission));
    expect(
      await holes(
        denied.map((route) => ({ route, token: tokens[role] })),
        403,
      ),
    ).toEqual([]);
  }
});

test('a token of narrow scopes: 403 beyond them', async () => {
  const { accountId } = await portolan.signInAs('owner');
  const { token } = await createAccessToken(portolan.platform.db, {
    accountId,
    kind: 'personal',
    name: 'narrow',
    remoteAddress: null,
    scopes: ['metrics.read'],
    expiresAt: new Date(Date.now() + 60_000),
  });
  const denied = guarded().filter((route) => route.permission !== 'metrics.read');
  const account = signedIn().filter((route) => route.method !== 'GET');
  expect(
    await holes(
      [...denied, ...account].map((route) => ({ route, token })),
      403,
    ),
  ).toEqual([]);
});

const bodies: readonly unknown[] = [
  undefined,
  {},
  { role: 'viewer' },
  { name: 'taken over' },
  { state: 'suspended' },
  { state: 'disabled' },
];

test('ids of another workspace guessed under one’s own: nothing read, nothing changed', async () => {
  const token = tokens['stranger'];
  const before = await snapshot();
  const found: string[] = [];
  for (const route of guarded().filter(({ path }) => path.split('{').length > 2)) {
    for (const body of route.body ? bodies : [undefined]) {
      const { status, text } = await attempt({ route, workspace: AWAY, token, body });
      if (status < 400) found.push(`${route.method} ${route.path}: ${status}`);
      if (text.includes(`${MARK}@`)) found.push(`${route.method} ${route.path}: tells of another workspace`);
    }
  }
  const user = await attempt({
    route: createKey,
    workspace: AWAY,
    token,
    body: { user: ids['user'], name: 'mine' },
  });
  expect(user.status).toBe(404);
  expect(found).toEqual([]);
  expect(await snapshot()).toEqual(before);
});

test('whoever holds the permission gets past the gate', async () => {
  for (const role of ROLES) {
    const allowed = guarded().filter(
      (route) => route.method === 'GET' && ROLE_PERMISSIONS[role].has(route.permission as Permission),
    );
    for (const route of allowed) {
      const { status } = await attempt({ route, token: tokens[role] });
      expect([401, 403], `${role} ${route.path}`).not.toContain(status);
    }
  }
});

/** All of the home workspace that a stranger could have changed. */
async function snapshot(): Promise<unknown> {
  const tables = ['users', 'groups', 'api_keys', 'members', 'invitations', 'clusters', 'agent_tokens'];
  const { $client } = portolan.platform.db;
  return Promise.all(
    tables.map(async (table) => {
      const { rows } = await $client.query(
        `select to_jsonb(t) - 'last_used_at' - 'last_seen_at' as row from ${table} t where workspace_id = $1 order by 1::text`,
        [HOME],
      );
      return rows;
    }),
  );
}
