import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createAccessToken } from '@portolan/contract/access-tokens';
import { createClient } from '@portolan/contract/client';
import { rotateClusterToken, listClusters } from '@portolan/contract/clusters';
import { createKey } from '@portolan/contract/keys';
import { testProvider, useProvider } from '@portolan/contract/providers';
import { applyResources } from '@portolan/contract/resources';
import { beginSecondFactor } from '@portolan/contract/second-factor';
import { signIn } from '@portolan/contract/sessions';
import { createUser } from '@portolan/contract/users';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../durability/world.ts';
import { onEmbeddedDatabase } from '../e2e/embedded-database.ts';
import { until } from '../e2e/until.ts';
import { PlantedSecrets } from './planted.ts';
import { readEverything, signInViewer } from './viewer.ts';

const adminEmail = 'admin@portolan.localhost';
const planted = new PlantedSecrets();
let world: World;
let viewerToken: string;

beforeAll(async () => {
  world = await World.start({ objects: objects('file'), logLevel: 'debug' });
  viewerToken = await signInViewer(world, planted);
  plantFiles();
  await plantThroughApi();
  await causeErrors();
}, 90_000);
afterAll(() => world?.close(), 30_000);

/** A Secret with a TLS key, and policies: what manifests bring that nobody else may see. */
function objects(source: string): object[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const policy = (name: string, spec: object) => ({
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'AccessControlPolicy',
    metadata: { name: `${name}-${source}` },
    spec,
  });
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: `secret-${source}`, namespace: 'default' },
    data: {
      'tls.key': base64(planted.make(`TLS key in a ${source}`)),
      'tls.crt': base64('not a certificate'),
      extra: base64(planted.make(`Secret data in a ${source}`)),
    },
  };
  const hash = planted.add(
    `basicAuth hash in a ${source}`,
    `$2b$10$${source.padEnd(22, 'x')}9sYJ.u7QWXWyDCKVG0y0Acv/A78aa`,
  );
  return [
    ...(source === 'file' ? [secret] : []),
    policy('basic', { basicAuth: { users: [`ops:${hash}`] } }),
    policy('jwt', { jwt: { signingSecret: planted.make(`JWT signing secret in a ${source}`) } }),
  ];
}

/** What the platform and its parts made up for themselves. */
function plantFiles(): void {
  const files = {
    'the administrator’s password': 'platform/admin.password',
    'the database’s password': 'platform/database.password',
    'the database superuser’s password': 'platform/postgres.password',
    'the sealing key': 'platform/seal.key',
    'the brokers’ secret': 'secret',
    'the agent’s token': 'agent-token',
  };
  for (const [what, file] of Object.entries(files)) {
    const longest = readFileSync(join(world.dir, file), 'utf8')
      .match(/[\w+/=-]{20,}/g)
      ?.at(-1);
    planted.add(what, longest ?? '');
  }
  const { adminToken } = JSON.parse(readFileSync(join(world.dir, 'bootstrap.json'), 'utf8')) as {
    adminToken: string;
  };
  planted.add('the administrator’s token', adminToken);
}

async function plantThroughApi(): Promise<void> {
  const { client, params } = world;
  const user = await client.call(createUser, { params, body: { email: 'a@example.com', groups: ['crew'] } });
  const { key } = await client.call(createKey, { params, body: { user: user.id, name: 'laptop' } });
  planted.add('an API key', key);
  await until('the key works', 10_000, async () => (await world.request(key)) === 200);
  await client.call(applyResources, {
    params,
    body: { objects: objects('change-set') as never, dryRun: false },
  });

  const password = readFileSync(join(world.dir, 'platform/admin.password'), 'utf8').trim();
  const { token } = await client.call(signIn, { body: { email: adminEmail, password } });
  planted.add('a session', token);
  const mine = createClient({ baseUrl: world.platformUrl, token });
  const personal = await mine.call(createAccessToken, { body: { name: 'ci', expiresAt: tomorrow() } });
  planted.add('a personal access token', personal.token);
  const factor = await mine.call(beginSecondFactor, { body: { password } });
  planted.add('the second factor', factor.secret);

  const settings = { kind: 'okta', orgUrl: world.platformUrl, issuerUrl: world.platformUrl } as const;
  const body = { settings: { ...settings, token: planted.make('the identity provider’s token') } };
  await client.call(testProvider, { params, body });
  await client.call(useProvider, { params, body });
  const [cluster] = (await client.call(listClusters, { params, query: {} })).items;
  const rotated = await client.call(rotateClusterToken, {
    params: { ...params, cluster: cluster?.id ?? '' },
  });
  planted.add('a rotated agent token', rotated.token);
}

/** Mistakes that hold secrets, made by people and by the machine. */
async function causeErrors(): Promise<void> {
  const { client, params } = world;
  const wrong = planted.make('a wrong password');
  const refused = client.call(signIn, { body: { email: adminEmail, password: wrong } });
  await expect(refused).rejects.toThrow('incorrect');
  await fetch(`${world.platformUrl}/api/v1/sessions`, { method: 'POST', body: `{"password":"${wrong}"` });
  await fetch(`${world.platformUrl}/agent/v1/link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${planted.make('a wrong agent token')}` },
  });
  expect(await world.request(planted.make('a wrong API key'))).toBe(401);
  const broken = objects('broken').map((object) => ({
    ...object,
    spec: { ...(object as { spec: object }).spec, nonsense: 1 },
  }));
  await client
    .call(applyResources, { params, body: { objects: broken as never, dryRun: false } })
    .catch(() => undefined);
  // Statements fail while the database is being brought back, and what waits for it is tried again.
  process.kill(world.postgresPid, 'SIGKILL');
  await Promise.allSettled(
    Array.from({ length: 20 }, () => client.call(signIn, { body: { email: adminEmail, password: wrong } })),
  );
  await until(
    'the platform is itself again',
    20_000,
    async () => (await fetch(`${world.platformUrl}/readyz`)).ok,
  );
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString();
}

it('no log holds a secret', () => {
  const logs = ['platform.log', 'broker.log', 'agent.log', 'platform/postgres.log'];
  for (const log of logs) {
    const text = readFileSync(join(world.dir, log), 'utf8');
    expect([log, planted.foundIn(text)]).toEqual([log, []]);
  }
  expect(readFileSync(join(world.dir, 'platform.log'), 'utf8')).toContain('postgres.died');
});

it('no answer a viewer can get holds a secret', async () => {
  const answers = await readEverything(world, viewerToken);
  const everything = [...answers.values()].join('\n');
  // That it looked where the secrets would be.
  for (const seen of ['secret-file', 'basic-file', 'jwt-change-set', '<redacted>'])
    expect(everything).toContain(seen);
  for (const [address, text] of answers) expect([address, planted.foundIn(text)]).toEqual([address, []]);
});

it('no row of the database holds a secret', async () => {
  const found = await onEmbeddedDatabase(join(world.dir, 'platform'), async (client) => {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    expect(tables.rows.length).toBeGreaterThan(20);
    const leaks: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      for (const { line } of rows) leaks.push(...planted.foundIn(line).map((what) => `${name}: ${what}`));
    }
    return leaks;
  });
  expect(found).toEqual([]);
});

it('what holds secrets on disk is for its owner alone', () => {
  const readable = [join(world.dir, 'platform'), world.agentState]
    .flatMap((dir) => readdirSync(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/platform/postgres'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => planted.foundIn(readFileSync(path, 'utf8')).length > 0);
  expect(readable.length).toBeGreaterThan(3);
  expect(readable.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
});
