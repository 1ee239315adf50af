import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlertReceiver } from '@portolan/contract/alert-receivers';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { createClient, type Client } from '@portolan/contract/client';
import { createCluster, listTunnels } from '@portolan/contract/clusters';
import { createKey } from '@portolan/contract/keys';
import { listApis } from '@portolan/contract/resources';
import { createUser, listUsers } from '@portolan/contract/users';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredential } from '../chain/issue-credential.ts';
import { startPart, type Part } from '../chain/part.ts';
import { call } from '../e2e/request.ts';
import { findSystemPostgres, SystemPostgres } from '../e2e/system-postgres.ts';
import { until } from '../e2e/until.ts';
import { durableApi, portOf, startUpstream } from './durable-api.ts';

const installed = findSystemPostgres();
const why = installed ? '' : ' (skipped: no PostgreSQL 15 or newer in /usr/lib/postgresql)';

interface Site {
  platform: Part<{ url: string }>;
  readonly broker: Part<{ url: string }>;
}

describe.skipIf(!installed)(`two platforms on one database${why}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'portolan-replicas-'));
  const sites: Site[] = [];
  const gateways: string[] = [];
  const started: Part<unknown>[] = [];
  let postgres: SystemPostgres;
  let upstream: Server;
  let handover: BootstrapHandover;

  const start = async <Ready>(...args: Parameters<typeof startPart>): Promise<Part<Ready>> => {
    const part = await startPart<Ready>(...args);
    started.push(part);
    return part;
  };
  const startPlatform = (name: string, port = '0') =>
    start<{ url: string }>(
      'platform/src/main.ts',
      [
        'platform',
        '--data-dir',
        join(dir, name),
        '--port',
        port,
        '--brokers',
        'one,two',
        '--broker-secret-file',
        join(dir, 'broker.secret'),
        '--seal-key-file',
        join(dir, 'seal.key'),
        '--bootstrap-file',
        join(dir, 'bootstrap.json'),
        '--allow-addresses',
        'loopback',
      ],
      { DATABASE_URL: postgres.url },
    );
  const startSite = async (name: string) => {
    const platform = await startPlatform(name);
    const credentialFile = join(dir, `${name}.credential`);
    await issueCredential(join(dir, 'broker.secret'), name, credentialFile);
    const broker = await start<{ url: string }>('platform/src/main.ts', [
      'broker',
      '--id',
      name,
      '--region',
      name,
      '--platform-url',
      platform.ready.url,
      '--broker-secret-file',
      credentialFile,
    ]);
    sites.push({ platform, broker });
  };
  const startAgent = async (name: string, token: string, platformUrl: string) => {
    const resources = join(dir, name, 'resources');
    mkdirSync(resources, { recursive: true });
    const objects = durableApi(portOf(upstream)).map((object) => JSON.stringify(object));
    writeFileSync(join(resources, 'api.yaml'), objects.join('\n---\n'));
    writeFileSync(join(dir, name, 'token'), token, { mode: 0o600 });
    const { ready } = await start<{ gateway: string }>('agent/src/main.ts', [
      '--resources',
      resources,
      '--state-dir',
      join(dir, name, 'state'),
      '--platform-url',
      platformUrl,
      '--token-file',
      join(dir, name, 'token'),
    ]);
    gateways.push(ready.gateway);
  };
  const params = () => ({ workspace: handover.workspace });
  const clientOf = (site: number): Client =>
    createClient({ baseUrl: sites[site]?.platform.ready.url ?? '', token: handover.adminToken });
  const hostOf = async (cluster: string, site: number) => {
    const { items } = await clientOf(site).call(listApis, { params: params(), query: {} });
    const url = items.find((api) => api.cluster === cluster)?.urls[0];
    return url === undefined ? undefined : new URL(url).hostname;
  };
  const certificates = () => postgres.query('select hosts, md5(cert) from certificates order by hosts');
  const liveTunnels = async (site: number) => {
    const { items } = await clientOf(site).call(listTunnels, { params: params(), query: {} });
    return items.filter(({ state }) => state === 'live').length;
  };

  beforeAll(async () => {
    postgres = await SystemPostgres.start(installed ?? '');
    upstream = await startUpstream();
    await startSite('one');
    handover = bootstrapHandover.parse(JSON.parse(readFileSync(join(dir, 'bootstrap.json'), 'utf8')));
    await startSite('two');
    await startAgent('local', handover.agentToken, sites[0]?.platform.ready.url ?? '');
    const { token } = await clientOf(1).call(createCluster, { params: params(), body: { name: 'other' } });
    await startAgent('other', token, sites[1]?.platform.ready.url ?? '');
  }, 240_000);
  afterAll(async () => {
    for (const part of started.toReversed()) await part.end('SIGKILL');
    upstream?.closeAllConnections();
    upstream?.close();
    postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it('serve the agents of both, and issue each certificate once', async () => {
    await until('tunnels of both agents to both brokers', 60_000, async () => (await liveTunnels(0)) === 4);
    const hosts = await Promise.all(
      ['local', 'other'].map((cluster) => until(`host of ${cluster}`, 30_000, () => hostOf(cluster, 1))),
    );
    await until('a certificate for each host', 30_000, async () =>
      hosts.every((host) => certificates().includes(host)),
    );
    expect(postgres.query('select count(distinct authority) from certificates')).toBe('1');
    expect(postgres.query('select count(*) = count(distinct hosts) from certificates')).toBe('t');

    const user = await clientOf(0).call(createUser, {
      params: params(),
      body: { email: 'ada@airline.example', groups: ['crew'] },
    });
    const { key } = await clientOf(1).call(createKey, {
      params: params(),
      body: { user: user.id, name: 'k' },
    });
    for (const [index, gateway] of gateways.entries())
      await until('the key is accepted', 20_000, async () => {
        return (await call(gateway, hosts[index] ?? '', '/durable/r/1', { key })).status === 200;
      });
  }, 120_000);

  it('run each job once: a queued notification is delivered by one of them', async () => {
    const received: string[] = [];
    const webhook = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        received.push(/queued-\d+/.exec(body)?.[0] ?? body);
        response.end();
      });
    });
    webhook.listen(0, '127.0.0.1');
    await once(webhook, 'listening');
    const target = { kind: 'webhook' as const, url: `http://127.0.0.1:${portOf(webhook)}/` };
    const body = { name: 'chat', target };
    const { id } = await clientOf(0).call(createAlertReceiver, { params: params(), body });
    postgres.query(`insert into alert_notifications (id, workspace_id, receiver_id, notification)
      select 'ntf_' || n, r.workspace_id, r.id, jsonb_build_object('id', 'queued-' || n, 'type', 'test', 'at', '2026-01-01T00:00:00Z',
        'workspace', jsonb_build_object('id', 'w', 'name', 'w'), 'alert', null)
      from alert_receivers r, generate_series(1, 60) n where r.id = '${id}'`);
    await until('an empty queue', 60_000, async () => {
      return postgres.query('select count(*) from alert_notifications') === '0';
    });
    webhook.close();
    expect(received.length).toBe(60);
    expect(new Set(received).size).toBe(60);
  }, 90_000);

  it('lose nothing when one is killed: the other goes on, and the first takes up its part again', async () => {
    const before = certificates();
    const acknowledged: string[] = [];
    const stop = new AbortController();
    const writing = (async () => {
      for (let index = 0; !stop.signal.aborted; index += 1) {
        const email = `user-${index}@airline.example`;
        const body = { email, groups: ['crew'] };
        const done = await clientOf(index % 2)
          .call(createUser, { params: params(), body })
          .then(
            () => true,
            () => false,
          );
        if (done) acknowledged.push(email);
      }
    })();
    await until('writes', 20_000, async () => acknowledged.length > 10);
    const port = new URL(sites[0]?.platform.ready.url ?? '').port;
    await sites[0]?.platform.end('SIGKILL');
    const count = acknowledged.length;
    await until('writes at the other', 20_000, async () => acknowledged.length > count + 10);
    stop.abort();
    await writing;
    const { total } = await clientOf(1).call(listUsers, { params: params(), query: { limit: 1 } });
    expect(total).toBeGreaterThanOrEqual(acknowledged.length + 1);

    const { items } = await clientOf(1).call(listUsers, {
      params: params(),
      query: { filter: 'ada', limit: 1 },
    });
    const body = { user: items[0]?.id ?? '', name: 'after' };
    const { key } = await clientOf(1).call(createKey, { params: params(), body });
    const host = (await hostOf('local', 1)) ?? '';
    await until('a key of the survivor at the agent of the other', 30_000, async () => {
      return (await call(gateways[0] ?? '', host, '/durable/r/2', { key })).status === 200;
    });

    if (sites[0]) sites[0].platform = await startPlatform('one', port);
    await until('all tunnels again', 60_000, async () => (await liveTunnels(0)) === 4);
    expect(certificates()).toBe(before);
  }, 180_000);
});
