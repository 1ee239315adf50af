import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reportHeartbeat } from '@portolan/contract/agent';
import { brokerCredential, peerCredential } from '@portolan/process/broker-credential';
import { dialTunnel } from '@portolan/tunnel/websocket/dial';
import { openTyped } from '@portolan/tunnel/session/typed-streams';
import type { RunningBroker } from './broker.ts';
import { agentCredentials } from '../clusters/schema.ts';
import type { TestCredential } from '../testing/agent-key.ts';
import { authenticate } from '../testing/relayed-agent.ts';
import { TestAgent } from './testing/agent.ts';
import { World, type TestCluster } from './testing/world.ts';

let world: World;
let one: RunningBroker;
let two: RunningBroker;
let cluster: TestCluster;
const ends: (() => void)[] = [];

beforeAll(async () => {
  world = await World.start();
  one = await world.startBroker('one');
  two = await world.startBroker('two');
  cluster = await world.addCluster();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => world.close());

function agentOf(credential: Pick<TestCredential, 'ticket'> = cluster.agent, name = 'agent'): TestAgent {
  const agent = new TestAgent(credential, (incoming, answer) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
    incoming.on('end', () => answer.end(`${name} ${incoming.method} ${incoming.url} ${bytes}`));
  });
  ends.push(() => agent.close());
  return agent;
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly body?: Buffer;
  readonly agent?: Agent;
}

async function ask(edge: string, host: string, { method = 'GET', path = '/', body, agent }: Ask = {}) {
  const outgoing = request(edge, { method, path, headers: { host }, agent: agent ?? new Agent() });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text, headers: response.headers };
}

const knows = (broker: RunningBroker, host = cluster.host) =>
  expect.poll(async () => (await ask(broker.edge.http, host)).status).not.toBe(404);

describe('a broker', () => {
  it('carries public requests down the tunnel, with the client’s address', async () => {
    const agent = agentOf();
    await agent.dial(await world.endpoint(cluster, 'one'));
    await knows(one);
    expect(await ask(one.edge.http, cluster.host, { path: '/a' })).toMatchObject({
      status: 200,
      text: 'agent GET /a 0',
    });
    expect(agent.headers.at(-1)).toMatchObject({
      kind: 'edge',
      host: cluster.host,
      tls: false,
      client: { address: '127.0.0.1' },
    });
    const body = randomBytes(5_000_000);
    expect((await ask(one.edge.http, cluster.host, { method: 'POST', body })).text).toBe(
      'agent POST / 5000000',
    );
  });

  it('relays through a peer that has the tunnel, one hop and no further', async () => {
    await agentOf().dial(await world.endpoint(cluster, 'one'));
    await expect
      .poll(async () => (await ask(two.edge.http, cluster.host, { path: '/peer' })).text)
      .toBe('agent GET /peer 0');
    const direct = request(`${two.url.replace('ws', 'http')}/peer/${cluster.id}`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'portolan-edge',
        authorization: `Bearer ${peerCredential(brokerCredential(world.portolan.platform.brokerSecret, 'two'), 'one')}`,
        'portolan-client': Buffer.from(
          JSON.stringify({ protocol: 'http', address: '::1', port: 1, host: 'x' }),
        ).toString('base64url'),
      },
    }).end();
    const [refusal] = (await once(direct, 'response')) as [IncomingMessage];
    expect(refusal.statusCode).toBe(503);
  });

  it('answers 502 at once when no tunnel is live anywhere', async () => {
    const lonely = await world.addCluster();
    await knows(one, lonely.host);
    expect((await ask(one.edge.http, lonely.host)).status).toBe(502);
  });

  it('relays agents’ calls to the platform without being able to read them, each as its own cluster', async () => {
    const session = await agentOf().dial(await world.endpoint(cluster, 'two'));
    const stream = await openTyped(session, { kind: 'agent-http' });
    const passed: Buffer[] = [];
    const write = stream.write.bind(stream);
    stream.write = (chunk: Buffer, ...rest: never[]) => {
      passed.push(chunk);
      return write(chunk, ...rest);
    };
    stream.on('data', (chunk: Buffer) => void passed.push(chunk));
    const secure = await authenticate(stream, cluster.agent);
    const body = JSON.stringify({
      agentVersion: '1',
      counts: { nodes: 1, apis: 2, gateways: 0, routes: 3 },
      distributedRateLimitAvailable: false,
      gateway: 'http://a-secret-of-the-agent',
      unhealthy: [],
    });
    secure.write(
      `POST ${reportHeartbeat.path} HTTP/1.1\r\nHost: p\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const [answer] = (await once(secure, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 204/);
    expect(Buffer.concat(passed).toString('latin1')).not.toMatch(/heartbeat|a-secret-of-the-agent|HTTP\/1.1/);
    expect(passed.length).toBeGreaterThan(3);
    secure.destroy();
  });

  it('gives a client without subprotocol plain streams of raw connections, and takes none from it', async () => {
    const { url, id } = await world.endpoint(cluster, 'one');
    const session = await dialTunnel({
      url: `${url}/tunnel/${id}`,
      token: cluster.agent.ticket({ tunnelId: id }),
      proxy: false,
    });
    ends.push(() => session.destroy());
    session.on('stream', (stream) => {
      stream.once('data', (bytes: Buffer) => {
        const [line] = bytes.toString().split('\r\n');
        stream.end(`HTTP/1.1 200 OK\r\nContent-Length: ${line!.length}\r\nConnection: close\r\n\r\n${line}`);
      });
    });
    await knows(one);
    expect((await ask(one.edge.http, cluster.host, { path: '/raw' })).text).toBe('GET /raw HTTP/1.1');
    const own = await session.open();
    own.write('hello');
    await expect(once(own, 'close')).rejects.toThrow('reset');
  });

  it('refuses tunnels with the reason: 401, 403, 409, 400, 404', async () => {
    const endpoint = await world.endpoint(cluster, 'one');
    const other = await world.addCluster();
    const base = `${endpoint.url}/tunnel/${endpoint.id}`;
    const dial = (url: string, token: string, subprotocol = 'portolan.v1') =>
      dialTunnel({ url, token, subprotocol, proxy: false }).then(
        () => 'open',
        (error: { status: number; reason: string }) => error,
      );
    expect(await dial(base, 'pta_wrong')).toMatchObject({
      status: 401,
      reason: expect.stringContaining('not valid for this tunnel'),
    });
    const ticket = cluster.agent.ticket({ tunnelId: endpoint.id });
    const forNone = cluster.agent.ticket({ tunnelId: 'none' });
    expect(await dial(`${endpoint.url}/tunnel/none`, forNone)).toMatchObject({ status: 403 });
    expect(await dial(base.replace(one.url, two.url), ticket)).toMatchObject({ status: 403 });
    // What one broker was shown opens nothing at another: neither another tunnel, nor anything of the platform.
    const elsewhere = await world.endpoint(cluster, 'two');
    expect(await dial(`${two.url}/tunnel/${elsewhere.id}`, ticket)).toMatchObject({ status: 401 });
    expect(await dial(base, cluster.agent.ticket('link'))).toMatchObject({ status: 401 });
    expect(await dial(base, other.agent.ticket({ tunnelId: endpoint.id }))).toMatchObject({
      status: 409,
      reason: expect.stringContaining('another cluster'),
    });
    expect(await dial(base, ticket, 'portolan.v9')).toMatchObject({
      status: 400,
      reason: expect.stringContaining('portolan.v1'),
    });
    expect(await dial(`${endpoint.url}/other`, ticket)).toMatchObject({ status: 404 });
  });

  it('closes the tunnels of a revoked credential within seconds and lets it in no more', async () => {
    const fired = await world.addCluster();
    const endpoint = await world.endpoint(fired, 'one');
    const session = await agentOf(fired.agent).dial(endpoint);
    const closed = once(session, 'close');
    const { db } = world.portolan.platform;
    await db
      .update(agentCredentials)
      .set({ revokedAt: new Date() })
      .where(eq(agentCredentials.id, fired.agent.credential.id));
    const revokedAt = performance.now();
    await world.announce();
    await closed;
    expect(performance.now() - revokedAt).toBeLessThan(5_000);
    await expect(agentOf(fired.agent).dial(endpoint)).rejects.toMatchObject({ status: 401 });
  });

  it('lets a newer connection of the same tunnel replace the older, which finishes what it carries', async () => {
    const endpoint = await world.endpoint(cluster, 'one');
    const agent = agentOf();
    const older = await agent.dial(endpoint);
    await knows(one);
    const held = Promise.withResolvers<void>();
    agent.onEdge = (stream) => {
      stream.once(
        'data',
        () =>
          void held.promise.then(() =>
            stream.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nold'),
          ),
      );
    };
    const slow = ask(one.edge.http, cluster.host);
    await expect.poll(() => older.stats().streams).toBe(1);
    const leaving = once(older, 'goAway');
    const newer = agentOf(cluster.agent, 'newer');
    await newer.dial(endpoint);
    await leaving;
    expect((await ask(one.edge.http, cluster.host)).text).toBe('newer GET / 0');
    held.resolve();
    expect((await slow).text).toBe('old');
    await once(older, 'close');
  });

  it('answers a probe and leaves the tunnel in use as it is', async () => {
    const endpoint = await world.endpoint(cluster, 'one');
    const session = await agentOf().dial(endpoint);
    const url = `${endpoint.url}/tunnel/${endpoint.id}`;
    const probe = await dialTunnel({
      url,
      token: cluster.agent.ticket({ tunnelId: endpoint.id }),
      headers: { 'portolan-probe': '1' },
      subprotocol: 'portolan.v1',
      proxy: false,
    });
    expect(await probe.ping()).toBeGreaterThan(0);
    probe.destroy();
    expect(session.draining).toBe(false);
    await knows(one);
    expect((await ask(one.edge.http, cluster.host)).status).toBe(200);
  });

  it('goes on while the platform is away: tunnels, edge, and agents that come back', async () => {
    const away = await World.start();
    const broker = await away.startBroker('steady');
    const steady = await away.addCluster();
    const endpoint = await away.endpoint(steady, 'steady');
    const agent = agentOf(steady.agent);
    const session = await agent.dial(endpoint);
    await knows(broker, steady.host);
    await away.portolan.close();
    expect((await ask(broker.edge.http, steady.host)).status).toBe(200);
    const relayed = await openTyped(session, { kind: 'agent-http' });
    relayed.on('error', () => undefined);
    await new Promise((resolve) => relayed.once('close', resolve));
    session.destroy();
    await agent.dial(endpoint);
    await expect.poll(async () => (await ask(broker.edge.http, steady.host)).status).toBe(200);
    const stranger = { status: 503, reason: expect.stringContaining('platform is away') };
    await expect(agentOf({ ticket: () => 'ptc_new' }).dial(endpoint)).rejects.toMatchObject(stranger);
    await broker.close();
  });

  it('drains: says close, moves agents off, finishes what is under way, refuses new tunnels', async () => {
    const broker = await world.startBroker('leaving');
    const guest = await world.addCluster();
    const endpoint = await world.endpoint(guest, 'leaving');
    const agent = agentOf(guest.agent);
    const session = await agent.dial(endpoint);
    await knows(broker, guest.host);
    const started = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    agent.onEdge = (stream) => {
      stream.once('data', () => {
        stream.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab');
        started.resolve();
        void held.promise.then(() => stream.write('cd'));
      });
    };
    const slow = ask(broker.edge.http, guest.host, { agent: new Agent({ keepAlive: true }) });
    await started.promise;
    const goAway = once(session, 'goAway');
    const drained = broker.drain(new AbortController().signal);
    await goAway;
    await expect(agent.dial(endpoint)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(ask(broker.edge.http, guest.host)).rejects.toThrow(/ECONNREFUSED/);
    held.resolve();
    expect(await slow).toMatchObject({ status: 200, text: 'abcd' });
    await drained;
    expect(session.closed).toBe(true);
  });

  it('tells many that dial at once apart: each hears the verdict on itself', async () => {
    const guests = await Promise.all(Array.from({ length: 12 }, () => world.addCluster()));
    const endpoints = await Promise.all(guests.map((guest) => world.endpoint(guest, 'one')));
    const dial = (at: number, agent: Pick<TestCredential, 'ticket'>) =>
      agentOf(agent)
        .dial(endpoints[at]!)
        .then(
          () => 101,
          (error: { status: number }) => error.status,
        );
    const statuses = await Promise.all(
      guests.flatMap(({ agent }, at) => [
        dial(at, agent),
        dial(at, { ticket: () => `ptc_wrong_${at}` }),
        dial((at + 1) % guests.length, agent),
      ]),
    );
    expect(statuses).toEqual(guests.flatMap(() => [101, 401, 409]));
  });

  it('bounds tunnels per cluster and in all', async () => {
    const broker = await world.startBroker('small', { sessionsPerClusterMax: 1, sessionsMax: 2 });
    const guests = [await world.addCluster(), await world.addCluster(), await world.addCluster()];
    const [first, second, third] = await Promise.all(guests.map((guest) => world.endpoint(guest, 'small')));
    await agentOf(guests[0]!.agent).dial(first!, { url: broker.url });
    await expect(agentOf(guests[0]!.agent).dial(first!)).rejects.toMatchObject({ status: 429 });
    await agentOf(guests[1]!.agent).dial(second!);
    await expect(agentOf(guests[2]!.agent).dial(third!)).rejects.toMatchObject({ status: 503 });
  });

  it('survives any bytes at its tunnel port', async () => {
    const { port } = new URL(one.url.replace('ws', 'http'));
    for (const bytes of [
      '\0\xff\r\n\r\n',
      `GET /tunnel/x HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
      randomBytes(5_000),
    ]) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(bytes);
      socket.on('error', () => undefined);
      socket.resume();
      await once(socket, 'close');
    }
    expect((await fetch(one.url.replace('ws', 'http'))).status).toBe(200);
  });
});
