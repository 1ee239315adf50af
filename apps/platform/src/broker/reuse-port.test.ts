import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import type { RunningBroker } from './broker.ts';
import { TestAgent } from './testing/agent.ts';
import { World } from './testing/world.ts';

const world = await World.start();
afterAll(() => world.close());

async function ask(edge: string, host: string): Promise<string> {
  const outgoing = request(edge, { agent: false, headers: { host } }).end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return `${answer.statusCode} ${String(Buffer.concat(await answer.toArray()))}`;
}

/** Requests that came in at a broker's edge. */
async function requestsAt({ metrics }: RunningBroker): Promise<number> {
  const page = await (await fetch(metrics ?? '')).text();
  return Number(/^portolan_broker_edge_requests_total\{[^}]*http[^}]*\} (\d+)/m.exec(page)?.[1] ?? 0);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it.runIf(process.platform === 'linux')(
  'brokers share an edge port: the kernel spreads connections, the tunnel of one serves them all, and one may go',
  async () => {
    const shared = { edgeHttpPort: await freePort(), reusePort: true, metricsPort: 0 };
    const one = await world.startBroker('core-1', shared);
    const two = await world.startBroker('core-2', shared);
    expect(one.edge.http).toBe(two.edge.http);
    const cluster = await world.addCluster();
    const agent = new TestAgent(cluster.agent, (_request, answer) => answer.end('ok'));
    await agent.dial(await world.endpoint(cluster, 'core-1'));
    // Whichever process a connection lands on: the other one has first to hear of the tunnel.
    const burst = () => Promise.all(Array.from({ length: 40 }, () => ask(one.edge.http, cluster.host)));
    await expect.poll(async () => new Set(await burst())).toEqual(new Set(['200 ok']));
    for (const broker of [one, two]) expect(await requestsAt(broker)).toBeGreaterThan(0);

    await two.drain(new AbortController().signal);
    expect(new Set(await burst())).toEqual(new Set(['200 ok']));
    agent.close();
  },
);
