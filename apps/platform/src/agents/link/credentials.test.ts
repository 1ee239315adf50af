import { once } from 'node:events';
import { connect } from 'node:tls';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM_HOST, type AgentCredential } from '@portolan/contract/agent';
import { createCluster, deleteCluster, rotateClusterToken } from '@portolan/contract/clusters';
import { createAuthority, openAuthority } from '@portolan/process/certificate-authority';
import { agentCredentials } from '../../clusters/schema.ts';
import { AgentKey, enrol, withTickets, type TestCredential } from '../../testing/agent-key.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { authenticate, connectAgent, openRelay } from '../../testing/relayed-agent.ts';

let portolan: TestPlatform;
const params = { workspace: 'default' };
beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterAll(() => portolan.close());

const heartbeat = {
  agentVersion: '1',
  counts: { nodes: 0, apis: 0, gateways: 0, routes: 0 },
  distributedRateLimitAvailable: false,
  gateway: null,
  unhealthy: [],
};

async function newCluster(
  name: string,
): Promise<{ readonly clusterId: string; readonly agent: TestCredential }> {
  const { id } = await portolan.owner.call(createCluster, { params, body: { name } });
  return { clusterId: id, agent: await enrol(portolan, { clusterId: id, workspace: 'default' }) };
}

/** What an attempt to speak on a relayed connection ends with. */
async function attempt(agent: Pick<TestCredential, 'key' | 'credential'> | null): Promise<string> {
  const socket = await openRelay(portolan);
  if (agent) {
    try {
      const secure = await authenticate(socket, agent);
      secure.on('error', () => undefined);
      secure.write('GET /agent/v1/state HTTP/1.1\r\nHost: p\r\n\r\n');
      const [answer] = (await Promise.race([once(secure, 'data'), once(secure, 'close')])) as [unknown];
      return Buffer.isBuffer(answer) ? answer.toString().slice(0, 12) : 'closed';
    } catch {
      return 'closed';
    }
  }
  const anonymous = connect({ socket, servername: PLATFORM_HOST, rejectUnauthorized: false });
  anonymous.on('error', () => undefined);
  anonymous.write('GET /agent/v1/state HTTP/1.1\r\nHost: p\r\n\r\n');
  return new Promise((resolve) => {
    anonymous.on('data', () => resolve('an answer'));
    anonymous.on('close', () => resolve('closed'));
  });
}

test('a broker speaks for nobody: without the key of an agent, nothing comes of a relayed connection', async () => {
  const { agent } = await newCluster('spoken-for');
  expect(await attempt(agent)).toBe('HTTP/1.1 200');
  expect(await attempt(null)).toBe('closed');
  // The certificate of an agent, which brokers could see if TLS did not hide it, without its key.
  expect(await attempt({ ...agent, key: new AgentKey() })).toBe('closed');
  const notAfter = new Date(Date.now() + 60_000);
  const forger = await openAuthority(await createAuthority('Portolan agents'));
  const key = new AgentKey();
  const publicKey = Buffer.from(key.publicKey, 'base64');
  const forged = await forger.issue({
    commonName: agent.credential.id,
    publicKey,
    usage: 'client',
    notAfter,
  });
  expect(await attempt({ key, credential: { ...agent.credential, certificate: forged.cert } })).toBe(
    'closed',
  );
});

test('plain HTTP of a broker, whatever it says about whom it speaks for, is not served', async () => {
  const socket = await openRelay(portolan);
  const { clusterId } = portolan.bootstrap;
  socket.write(`GET /agent/v1/state HTTP/1.1\r\nHost: p\r\nPortolan-Cluster: ${clusterId}\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(socket, 'close');
  expect(Buffer.concat(chunks).toString('latin1')).not.toContain('HTTP/1.1 200');
});

test.each([
  [
    'revoked',
    (cluster: string) => portolan.owner.call(rotateClusterToken, { params: { ...params, cluster } }),
  ],
  ['deleted', (cluster: string) => portolan.owner.call(deleteCluster, { params: { ...params, cluster } })],
] as const)(
  'open connections of an agent end as soon as it is %s, and new ones are refused',
  async (how, end) => {
    const { clusterId, agent } = await newCluster(`to-be-${how}`);
    const other = await newCluster(`beside-${how}`);
    const [mine, theirs] = [await connectAgent(portolan, agent), await connectAgent(portolan, other.agent)];
    const followed = await mine.follow();
    await followed.next();
    await (await theirs.follow()).next();
    const ended = followed.next().then(
      () => 'a message',
      () => 'ended',
    );
    const startedAt = performance.now();
    await end(clusterId);
    expect(await ended).toBe('ended');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await attempt(agent)).toBe('HTTP/1.1 401');
    expect(await theirs.call('POST', '/agent/v1/heartbeat', heartbeat)).toMatchObject({ status: 204 });
    mine.close();
    theirs.close();
  },
);

test('a credential is renewed over its own connection, and the former one ends after the new one is used', async () => {
  const { db } = portolan.platform;
  const { agent } = await newCluster('renewing');
  const expiryOf = async (id: string) =>
    (await db.select().from(agentCredentials).where(eq(agentCredentials.id, id)))[0]?.expiresAt.getTime() ??
    0;
  const connected = await connectAgent(portolan, agent);
  const renew = async (key: AgentKey): Promise<AgentCredential> => {
    const { status, body } = await connected.call('POST', '/agent/v1/credential', {
      publicKey: key.publicKey,
    });
    expect(status).toBe(200);
    return body as AgentCredential;
  };
  const lost = await renew(new AgentKey());
  const key = new AgentKey();
  const credential = await renew(key);
  // The response to the first was lost: what was issued for it is not left lying about.
  expect(await expiryOf(lost.id)).toBe(0);
  const inAMonth = Date.now() + 30 * 24 * 3600_000;
  expect(await expiryOf(agent.credential.id)).toBeGreaterThan(inAMonth);
  const renewed = withTickets(key, credential);
  expect(await attempt(renewed)).toBe('HTTP/1.1 200');
  expect(await expiryOf(agent.credential.id)).toBeLessThan(inAMonth);
  expect(await attempt(agent)).toBe('HTTP/1.1 200');
  await db
    .update(agentCredentials)
    .set({ expiresAt: new Date() })
    .where(eq(agentCredentials.id, agent.credential.id));
  expect(await attempt(agent)).toBe('HTTP/1.1 401');
  connected.close();
});

test('the workspace of an agent is that of its cluster', async () => {
  await portolan.createWorkspace('elsewhere');
  const { client } = await portolan.signInAs('owner', 'elsewhere');
  const { id } = await client.call(createCluster, {
    params: { workspace: 'elsewhere' },
    body: { name: 'theirs' },
  });
  const agent = await connectAgent(portolan, await enrol(portolan, { clusterId: id, workspace: 'default' }));
  const message = await (await agent.follow()).next();
  expect(message).toMatchObject({ type: 'snapshot', state: { keys: [] } });
  agent.close();
});
