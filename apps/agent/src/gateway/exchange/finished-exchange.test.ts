import { duplexPair } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { apiGuard, model, ref, route, service } from '../testing/models.ts';
import { ask, startGateway, upstream } from '../testing/servers.ts';

const KEY = 'crew-key';
const bearer = { authorization: `Bearer ${KEY}` };

async function flights() {
  const up = await upstream((req, res) => {
    if (req.url === '/broken') return void req.socket.destroy();
    void delay(30).then(() => res.end('twelve bytes'));
  });
  const running = await startGateway(
    model(
      [
        route({ rule: 'PathPrefix(`/flights`)', guard: apiGuard({ version: ref('APIVersion', 'v2') }) }),
        route({ rule: 'PathPrefix(`/gone`)', target: { kind: 'none', status: 503, reason: 'no target' } }),
      ],
      [service('up', up)],
    ),
    {
      findOperation: (key, method, path) =>
        key === 'APIVersion/default/v2' && path === '/7'
          ? { operationId: 'getFlight', method, path: '/{id}' }
          : null,
    },
  );
  running.gateway.setKeys([
    {
      id: 'k1',
      hash: hashApiKey(KEY),
      userId: 'u1',
      email: 'a@example.com',
      groups: ['crew'],
      suspended: false,
      expiresAt: null,
    },
  ]);
  return { ...running, up };
}

it('describes an exchange that an upstream answered', async () => {
  const { port, records, up } = await flights();
  await ask(port, { path: '/flights/7?token=x', headers: bearer });
  await vi.waitFor(() => expect(records).toHaveLength(1), 20_000);
  expect(records[0]).toMatchObject({
    api: { name: 'flights' },
    version: { name: 'v2' },
    operation: { operationId: 'getFlight', path: '/{id}' },
    status: 200,
    source: 'upstream',
    refusal: null,
    attempts: 1,
    bytesOut: 12,
    path: '/flights/7',
    query: 'token=x',
    httpVersion: '1.1',
    tlsVersion: null,
    upstream: `http://127.0.0.1:${up.port}`,
    identity: { userId: 'u1', groups: ['crew'] },
    userId: 'u1',
    keyId: 'k1',
  });
  const { durationMs = 0, upstreamMs, startedAt = 0 } = records[0] ?? {};
  expect(upstreamMs).toBeGreaterThan(25);
  expect(upstreamMs).toBeLessThanOrEqual(durationMs);
  expect(Math.abs(Date.now() - startedAt - durationMs)).toBeLessThan(5_000);
});

it.each([
  ['no route matches', { path: '/nowhere' }, { status: 404, refusal: 'no-route' }],
  ['there is no key', { path: '/flights' }, { status: 401, refusal: 'unauthenticated' }],
  ['a route leads nowhere', { path: '/gone' }, { status: 503, refusal: 'closed-route' }],
  [
    'the upstream breaks off',
    { path: '/flights/broken', headers: bearer },
    { status: 502, refusal: 'upstream-unreachable' },
  ],
])('says why the gateway answered when %s', async (_name, question, expected) => {
  const { port, records } = await flights();
  await ask(port, question);
  await vi.waitFor(() => expect(records).toHaveLength(1), 20_000);
  expect(records[0]).toMatchObject({ source: 'gateway', ...expected });
});

it('tells when the edge opened the stream of a connection, of its first request alone', async () => {
  const { gateway, records } = await flights();
  const [near, far] = duplexPair();
  gateway.acceptPlain(far, { address: '192.0.2.1', port: 1, openedAt: 1_900_000_000_000 });
  for (let count = 1; count <= 2; count++) {
    near.write('GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n');
    await vi.waitFor(() => expect(records).toHaveLength(count), 20_000);
  }
  expect(records.map(({ edgeOpenedAt }) => edgeOpenedAt)).toEqual([1_900_000_000_000, null]);
  near.destroy();
});
