import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { startBroker } from './broker.ts';
import { BrokerSnapshot, type SnapshotState } from './snapshot.ts';
import { TestAgent } from './testing/agent.ts';
import { World } from './testing/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'broker-memory-'));
const log = pino({ level: 'silent' });
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  rmSync(dir, { recursive: true, force: true });
});

function ask(edge: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(edge, { headers: { host } }, (answer) => {
      void answer
        .setEncoding('utf8')
        .toArray()
        .then((parts) => resolve(`${answer.statusCode} ${parts.join('')}`), reject);
    })
      .on('error', reject)
      .end();
  });
}

it('lets a broker that restarts while the platform is away serve at once', async () => {
  const world = await World.start();
  const config = world.config('lasting', { stateDir: dir });
  const first = await startBroker(config, log);
  const cluster = await world.addCluster();
  const endpoint = await world.endpoint(cluster, 'lasting');
  const agent = new TestAgent(cluster.agent, (_request, answer) => answer.end('served'));
  ends.push(() => agent.close());
  await agent.dial(endpoint);
  await expect.poll(() => ask(first.edge.http, cluster.host)).toBe('200 served');
  await world.portolan.close();
  await first.close();

  const file = join(dir, 'memory.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(cluster.agent.ticket({ tunnelId: endpoint.id }));
  const again = await startBroker(config, log);
  ends.push(() => again.close());
  await agent.dial(endpoint, { url: again.url });
  expect(await ask(again.edge.http, cluster.host)).toBe('200 served');
  // A host that came while it was down may well exist: it says 404 again once the platform is back.
  expect(await ask(again.edge.http, 'unknown.example')).toMatch(/^503/);
  const stranger = new TestAgent({ ticket: () => 'ptc_new' }, () => undefined);
  await expect(stranger.dial(endpoint, { url: again.url })).rejects.toMatchObject({ status: 503 });
});

it('believes nothing that is old, from the future, or broken', async () => {
  const now = Date.now();
  const identity = { clusterId: 'c', credentialId: 't' };
  const known: SnapshotState = {
    directory: { type: 'snapshot', hosts: [{ host: 'h', clusterId: 'c', https: true }], peers: [] },
    agents: [
      { key: 'new', at: now, identity },
      { key: 'old', at: now - 25 * 3600_000, identity },
    ],
  };
  const memory = new BrokerSnapshot(dir, () => known, log);
  memory.changed();
  await memory.close();
  expect(await memory.load()).toEqual({ ...known, agents: [known.agents[0]] });
  expect(await memory.load(now + 25 * 3600_000)).toBeNull();
  expect(await memory.load(now - 3600_000)).toBeNull();
  for (const text of ['', '{', '{"savedAt":1}', 'null']) {
    writeFileSync(join(dir, 'memory.json'), text);
    expect(await memory.load()).toBeNull();
  }
});
