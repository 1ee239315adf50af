import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { get as getTls } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { revokeClusterToken } from '@portolan/contract/clusters';
import { createClient } from '@portolan/contract/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import { figure, listen, startEdgeSystem, type EdgeSystem } from './system.ts';

const events: ((text: string) => void)[] = [];
const upstream = createServer((incoming, answer) => {
  if (incoming.url === '/events') {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.flushHeaders();
    events.push((text) => void answer.write(`data: ${text}\n\n`));
    return;
  }
  if (incoming.url === '/client') {
    answer.end(JSON.stringify([incoming.headers['x-forwarded-for'], incoming.headers['x-real-ip']]));
    return;
  }
  incoming.resume();
  incoming.on('end', () => answer.end(`${incoming.method} ${incoming.url}`));
});
const sockets = new WebSocketServer({ server: upstream });
sockets.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('close', (code) => closings.push(code));
});
const closings: number[] = [];
let system: EdgeSystem;

beforeAll(async () => {
  system = await startEdgeSystem({ upstreamPort: await listen(upstream) });
}, 90_000);
afterAll(async () => {
  await system?.close();
  sockets.close();
  upstream.closeAllConnections();
  upstream.close();
}, 30_000);

const edgeHttp = () => new URL(system.broker.ready.edge.http);
const edgeHttps = () => new URL(system.broker.ready.edge.https);

function webSocket(scheme: 'ws' | 'wss'): WebSocket {
  const edge = scheme === 'ws' ? edgeHttp() : edgeHttps();
  const name = { servername: system.host, headers: { host: system.host } };
  return new WebSocket(`${scheme}://${edge.host}/echo`, { ...name, rejectUnauthorized: false });
}

test.each(['ws', 'wss'] as const)('WebSocket passes the edge both ways (%s)', async (scheme) => {
  const socket = webSocket(scheme);
  await once(socket, 'open');
  for (const size of [1, 125, 70_000, 1_000_000]) {
    const sent = Buffer.alloc(size, size);
    socket.send(sent);
    const [received] = (await once(socket, 'message')) as [Buffer];
    expect(received.equals(sent)).toBe(true);
  }
  const before = closings.length;
  socket.close(4_001, 'done');
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(4_001);
  await expect.poll(() => closings.slice(before)).toEqual([4_001]);
});

test('server-sent events arrive one by one as they are sent', async () => {
  const before = events.length;
  const outgoing = get({
    host: edgeHttp().hostname,
    port: edgeHttp().port,
    path: '/events',
    headers: { host: system.host },
  });
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(answer.headers['content-type']).toBe('text/event-stream');
  await expect.poll(() => events.length).toBe(before + 1);
  for (const text of ['one', 'two', 'three']) {
    events.at(-1)?.(text);
    const [chunk] = (await once(answer, 'data')) as [Buffer];
    expect(chunk.toString()).toContain(`data: ${text}`);
  }
  outgoing.destroy();
});

test('HTTP/2 passes through TLS: many requests on one connection the edge never decrypts', async () => {
  const socket = connectTls({
    host: edgeHttps().hostname,
    port: Number(edgeHttps().port),
    servername: system.host,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('h2');
  const session = connectHttp2(`https://${system.host}`, { createConnection: () => socket });
  const answers = Array.from({ length: 50 }, async (_, number) => {
    const stream = session.request({ ':path': `/h2/${number}`, ':method': 'POST' });
    stream.end(Buffer.alloc(20_000, 'x'));
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
    return text;
  });
  expect(await Promise.all(answers)).toEqual(answers.map((_, number) => `POST /h2/${number}`));
  session.close();
});

test.each(['http', 'https'] as const)(
  'the service hears the client’s address from the edge, and not what the client claims (%s)',
  async (scheme) => {
    const edge = scheme === 'http' ? edgeHttp() : edgeHttps();
    const { host } = system;
    const outgoing = (scheme === 'http' ? get : getTls)({
      host: edge.hostname,
      port: edge.port,
      path: '/client',
      servername: host,
      rejectUnauthorized: false,
      agent: false,
      localAddress: '127.0.0.9',
      headers: { host, 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7' },
    });
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(JSON.parse(String(Buffer.concat(await answer.toArray())))).toEqual(['127.0.0.9', '127.0.0.9']);
  },
);

test('an unknown host hears 404, and nothing of those that are known', async () => {
  const stranger = await call(system.broker.ready.edge.http, 'unknown.example', '/');
  expect(stranger.status).toBe(404);
  expect(JSON.stringify(stranger)).not.toContain(system.host);
});

test('broker and agent show their figures at /metrics over HTTP', async () => {
  const { metrics } = system.broker.ready;
  expect(await figure(metrics, 'portolan_broker_tunnels')).toBe(1);
  expect(await figure(metrics, 'portolan_broker_platform_connected')).toBe(1);
  const page = await (await fetch(metrics)).text();
  for (const name of ['rtt_seconds', 'streams', 'received_bytes_total', 'window_stalls_total', 'age_seconds'])
    expect(page).toMatch(
      new RegExp(`^portolan_broker_tunnel_${name}\\{tunnel="tun_\\w+",cluster="cls_\\w+"\\} [\\d.]+$`, 'm'),
    );
  const routed = () => figure(metrics, 'portolan_broker_edge_requests_total{protocol="http"}');
  const before = await routed();
  await call(system.broker.ready.edge.http, system.host, '/counted');
  expect(await routed()).toBe(before + 1);
  expect((await fetch(new URL('/other', metrics))).status).toBe(404);

  const labels = '{broker="b1",region="r1"}';
  expect(await figure(system.agentMetrics, `portolan_agent_tunnel_up${labels}`)).toBe(1);
  expect(
    await figure(system.agentMetrics, `portolan_agent_tunnel_received_bytes_total${labels}`),
  ).toBeGreaterThan(0);
  await until(
    'a round trip',
    10_000,
    async () => (await figure(system.agentMetrics, `portolan_agent_tunnel_rtt_seconds${labels}`)) > 0,
  );
});

test('revoking the agent closes its tunnels within five seconds, and the edge says so', async () => {
  const { metrics, edge } = system.broker.ready;
  const client = createClient({
    baseUrl: system.platform.ready.url,
    token: system.handover.adminToken,
    origin: 'cli',
  });
  const params = { workspace: system.handover.workspace, cluster: 'local' };
  await client.call(revokeClusterToken, { params });
  const revokedAt = performance.now();
  await until('no tunnel', 5_000, async () => (await figure(metrics, 'portolan_broker_tunnels')) === 0);
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
  expect((await call(edge.http, system.host, '/')).status).toBe(502);
  // The agent comes back with what it has, is told why not, and says so.
  await until('the reason in its log', 30_000, async () =>
    system.agent?.log().includes('credential was revoked'),
  );
  expect(await figure(metrics, 'portolan_broker_tunnels')).toBe(0);
});
