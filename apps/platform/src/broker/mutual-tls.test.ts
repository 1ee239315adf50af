import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningBroker } from './broker.ts';
import { TestAgent } from './testing/agent.ts';
import { World, type TestCluster } from './testing/world.ts';

const dir = mkdtempSync(join(tmpdir(), 'broker-mtls-'));
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
const pem = (name: string) => readFileSync(join(dir, name), 'utf8');
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
let world: World;
let secure: RunningBroker;
let plain: RunningBroker;
let cluster: TestCluster;
const agents: TestAgent[] = [];

function authority(name: string): void {
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.pem`,
  );
}

function certificate(name: string, issuer: string): void {
  writeFileSync(join(dir, 'extensions'), 'subjectAltName=IP:127.0.0.1');
  openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  const signing = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-extfile', 'extensions', '-out', `${name}.pem`);
}

beforeAll(async () => {
  for (const name of ['brokers', 'agents', 'strangers']) authority(name);
  certificate('broker', 'brokers');
  certificate('agent', 'agents');
  certificate('stranger', 'strangers');
  world = await World.start();
  secure = await world.startBroker('secure', {
    tls: { cert: pem('broker.pem'), key: pem('broker.key'), clientCa: pem('agents.pem') },
  });
  plain = await world.startBroker('plain', { peerCa: pem('brokers.pem') });
  cluster = await world.addCluster();
});
afterAll(async () => {
  for (const agent of agents) agent.close();
  await world.close();
  rmSync(dir, { recursive: true });
});

async function dial(tls: { ca?: string; cert?: string; key?: string }) {
  const agent = new TestAgent(cluster.agent, (_request, answer) => answer.end('over mutual TLS'));
  agents.push(agent);
  return agent.dial(await world.endpoint(cluster, 'secure'), tls);
}

it('takes an agent whose certificate is of its authority, and that trusts the broker’s own', async () => {
  expect(secure.url).toMatch(/^wss:/);
  const session = await dial({ ca: pem('brokers.pem'), cert: pem('agent.pem'), key: pem('agent.key') });
  expect(await session.ping()).toBeGreaterThan(0);
});

it('refuses agents without a certificate, or with one of another authority, and says why', async () => {
  const refusal = { status: 401, reason: expect.stringContaining('client certificate') };
  await expect(dial({ ca: pem('brokers.pem') })).rejects.toMatchObject(refusal);
  const stranger = { cert: pem('stranger.pem'), key: pem('stranger.key') };
  await expect(dial({ ca: pem('brokers.pem'), ...stranger })).rejects.toMatchObject(refusal);
});

it('is refused by agents that do not know its authority', async () => {
  await expect(dial({})).rejects.toMatchObject({ code: 'tls' });
});

it('still takes peers, by the broker secret', async () => {
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      request(plain.edge.http, { headers: { host: cluster.host } }, (answer) => {
        void answer
          .setEncoding('utf8')
          .toArray()
          .then((parts) => resolve(parts.join('')), reject);
      })
        .on('error', reject)
        .end();
    });
  await expect.poll(ask, { timeout: 10_000 }).toBe('over mutual TLS');
});
