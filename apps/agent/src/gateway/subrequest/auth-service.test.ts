import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import type { AccessPolicy, PolicySpec } from '@portolan/resources/model/policy';
import { apiGuard, forwardAuth, model, ref, route, service } from '../testing/models.ts';
import { ask, echo, startGateway } from '../testing/servers.ts';

const KEY = 'crew-key-1';
const policyOf = (spec: PolicySpec): AccessPolicy => ({
  source: ref('AccessControlPolicy', 'crew'),
  ...spec,
});
const apiKey = policyOf({
  kind: 'apiKey',
  keySource: { header: 'X-Key' },
  keys: [{ id: 'k', value: hashApiKey(KEY), metadata: { group: 'crew' } }],
  forwardHeaders: { 'X-Group': 'group' },
});
const policies = new Map([['crew', apiKey]]);

/** The proxy is a gateway too, with the middleware that Traefik has. */
async function startBoth(authModel = model([], [])) {
  const asked = await startGateway(authModel, {
    listen: { auth: { host: '127.0.0.1', port: 0 } },
    findPolicy: (name) => policies.get(name) ?? null,
  });
  return { asked, authPort: asked.authPort };
}

async function startProxy(authPort: number, path: string) {
  const spec = forwardAuth(`http://127.0.0.1:${authPort}${path}`, {
    authResponseHeaders: ['X-Group', 'X-Key'],
  });
  return startGateway(model([route({ middlewares: [spec] })], [service('up', await echo())]));
}

test('decides by a policy: its headers reach the upstream, credentials do not', async () => {
  const { authPort } = await startBoth();
  const { port } = await startProxy(authPort, '/policies/crew');
  expect((await ask(port, { path: '/a' })).status).toBe(401);
  expect((await ask(port, { path: '/a', headers: { 'X-Key': 'other' } })).status).toBe(401);
  const passed = await ask(port, { path: '/a?b=1', headers: { 'X-Key': KEY, 'X-Group': 'forged' } });
  expect(passed.status).toBe(200);
  const sent = JSON.parse(passed.body) as { url: string; headers: Record<string, string> };
  expect(sent.url).toBe('/a?b=1');
  expect(sent.headers).toMatchObject({ 'x-group': 'crew' });
  expect(sent.headers).not.toHaveProperty('x-key');
});

test('a policy that does not exist refuses everything', async () => {
  const { authPort } = await startBoth();
  const { port } = await startProxy(authPort, '/policies/none');
  expect((await ask(port, { headers: { 'X-Key': KEY } })).status).toBe(404);
});

test('decides by everything that guards the route of a request', async () => {
  const guarded = route({ guard: apiGuard() });
  const { authPort, asked } = await startBoth(model([guarded], []));
  const { port } = await startProxy(authPort, '/routes');
  expect((await ask(port)).status).toBe(401);
  const key = {
    id: 'i',
    hash: hashApiKey(KEY),
    userId: 'u',
    email: 'e@x.org',
    suspended: false,
    expiresAt: null,
  };
  asked.gateway.setKeys([{ ...key, groups: ['nobody'] }]);
  expect((await ask(port, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(403);
  asked.gateway.setKeys([{ ...key, groups: ['crew'] }]);
  const allowed = await ask(port, { path: '/a', headers: { authorization: `Bearer ${KEY}` } });
  expect(allowed.status).toBe(200);
});

test('understands what NGINX asks', async () => {
  const { authPort } = await startBoth();
  const headers = { 'X-Original-URL': 'https://x.org/a/../b', 'X-Original-Method': 'GET', 'X-Key': KEY };
  const allowed = await ask(authPort, { path: '/policies/crew', headers });
  expect(allowed.status).toBe(200);
  expect(allowed.headers['x-group']).toBe('crew');
});

test.each([
  ['GET /policies/crew HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['GET /policies/%zz HTTP/1.1\r\nHost: a\r\nX-Forwarded-Uri: /\r\n\r\n', 400],
  ['GET /else HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  [
    'GET /policies/crew HTTP/1.1\r\nHost: a\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Host: a\r\nX-Forwarded-Uri: /a%2F..%2Fb#\r\n\r\n',
    400,
  ],
])('refuses what is no question: %j', async (text, status) => {
  const { authPort } = await startBoth();
  const socket = connect(authPort, '127.0.0.1');
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain(`HTTP/1.1 ${status}`);
  socket.destroy();
});
