import { Compiler } from '@portolan/resources/compile/compiler';
import { importConfiguration, secretObject } from '@portolan/resources/import/import-configuration';
import { loadValues } from '@portolan/resources/manifests/load';
import { describe, expect, it } from 'vitest';
import { ask, echo, startGateway, type Answer, type Question } from './testing/servers.ts';

/** A configuration of Kong before one server; what each part of it does is in Kong's documentation, at the test that asks. */
const KONG = (port: number) => `
_format_version: "3.0"
services:
  - name: orders
    url: http://127.0.0.1:${port}/v1
    plugins:
      - { name: key-auth }
      - { name: acl, config: { allow: [partners] } }
      - { name: rate-limiting, config: { minute: 3 } }
    routes:
      - { name: orders, hosts: [shop.example.com], paths: [/orders] }
      - name: archive
        hosts: [shop.example.com]
        paths: [/orders/archive]
        methods: [GET]
        plugins:
          - { name: ip-restriction, config: { allow: [10.0.0.0/8] } }
  - name: items
    url: http://127.0.0.1:${port}
    routes:
      - { name: all, paths: [/], strip_path: false }
      - { name: items, paths: [/items], strip_path: false }
      - { name: one, paths: ['~/items/(?<id>\\d+)$'], strip_path: true }
      - { name: kept, hosts: ["*.example.org"], paths: [/items], preserve_host: true }
      - { name: beta, paths: [/items], headers: { X-Beta: ["yes"] }, strip_path: false, plugins: [{ name: request-transformer, config: { replace: { headers: ["X-Side:beta"] }, remove: { headers: [X-Internal] } } }] }
      - name: denied
        paths: [/denied]
        plugins:
          - { name: ip-restriction, config: { deny: [127.0.0.0/8] } }
      - name: small
        paths: [/small]
        plugins:
          - { name: request-size-limiting, config: { allowed_payload_size: 10, size_unit: bytes } }
      - name: cors
        paths: [/cors]
        plugins:
          - { name: cors, config: { origins: [https://web.example.com], methods: [GET], headers: [X-A], max_age: 60 } }
      - name: console
        paths: [/console]
        plugins:
          - { name: basic-auth, config: { hide_credentials: true } }
consumers:
  - { username: alice, keyauth_credentials: [{ key: alice-key }], acls: [{ group: partners }], basicauth_credentials: [{ username: alice, password: secret }] }
  - { username: bob, keyauth_credentials: [{ key: bob-key }] }
`;

async function startImported(): Promise<(question: Question) => Promise<Answer>> {
  const { port } = await echo();
  const documents = loadValues(KONG(port), 'kong.yaml').values.map(({ value, origin }) => ({
    value,
    file: origin.file,
  }));
  const { objects, secrets, problems } = importConfiguration(documents, {
    product: 'kong',
    generation: 'v3',
    namespace: 'shop',
  });
  expect(problems).toEqual([]);
  const { model } = new Compiler({ generation: 'v3' }).update({
    upserts: [...objects, ...secrets.map(secretObject)].map((object) => ({
      object,
      origin: { kind: 'cluster' },
    })),
  });
  const running = await startGateway(model);
  return (question) => ask(running.port, question);
}

const shop = { host: 'shop.example.com' };
const seen = ({ body }: Answer): { readonly url: string; readonly headers: Record<string, string> } =>
  JSON.parse(body);

describe('a configuration of Kong, imported and served', () => {
  it.each([
    // https://developer.konghq.com/plugins/key-auth/
    ['401 without a key', '/orders/7', shop, 401],
    ['401 with an unknown key', '/orders/7', { ...shop, apikey: 'other' }, 401],
    ['200 with a key in the header', '/orders/7', { ...shop, apikey: 'alice-key' }, 200],
    ['200 with a key in the query', '/orders/7?apikey=alice-key', shop, 200],
    // https://developer.konghq.com/plugins/acl/
    ['403 to a consumer outside the groups', '/orders/7', { ...shop, apikey: 'bob-key' }, 403],
    // https://developer.konghq.com/plugins/ip-restriction/
    ['403 to an address that is not allowed', '/orders/archive/1', { ...shop, apikey: 'alice-key' }, 403],
    ['403 to an address that is denied', '/denied', {}, 403],
    ['401 without a user', '/console', {}, 401],
    [
      '200 with a user',
      '/console',
      { authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` },
      200,
    ],
    [
      '401 with a wrong password',
      '/console',
      { authorization: `Basic ${Buffer.from('alice:other').toString('base64')}` },
      401,
    ],
  ])('returns %s', async (_name, path, headers, status) => {
    const get = await startImported();
    expect((await get({ path, headers })).status).toBe(status);
  });

  it('limits each consumer (https://developer.konghq.com/plugins/rate-limiting/)', async () => {
    const get = await startImported();
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1)
      statuses.push((await get({ path: '/orders', headers: { ...shop, apikey: 'alice-key' } })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  // https://developer.konghq.com/gateway/routing/traditional/
  it.each([
    [
      'strips the path of the route and adds that of the service',
      '/orders/7',
      { ...shop, apikey: 'alice-key' },
      '/v1/7',
    ],
    ['keeps the path where strip_path is false', '/items/list', {}, '/items/list'],
    ['tries regular expressions before prefixes, and strips what they match', '/items/42', {}, '/'],
    ['tries longer prefixes before shorter ones', '/itemsets', {}, '/itemsets'],
  ])('%s', async (_name, path, headers, expected) => {
    const get = await startImported();
    expect(seen(await get({ path, headers })).url).toBe(expected);
  });

  it('sends the host of the upstream, unless the route keeps that of the request', async () => {
    const get = await startImported();
    expect(seen(await get({ path: '/items/list', headers: shop })).headers['host']).toMatch(
      /^127\.0\.0\.1:\d+$/,
    );
    const kept = await get({ path: '/items/list', headers: { host: 'a.example.org' } });
    expect(seen(kept).headers['host']).toBe('a.example.org');
  });

  it('prefers a route with more conditions, and changes header fields', async () => {
    const get = await startImported();
    const { headers } = seen(
      await get({ path: '/items/list', headers: { 'x-beta': 'YES', 'x-internal': '1' } }),
    );
    expect(headers).toMatchObject({ 'x-side': 'beta' });
    expect(headers).not.toHaveProperty('x-internal');
  });

  it('refuses large bodies, and answers preflight requests', async () => {
    const get = await startImported();
    const large = await get({ path: '/small', method: 'POST', body: 'more than ten bytes' });
    expect(large.status).toBe(413);
    const preflight = await get({
      path: '/cors',
      method: 'OPTIONS',
      headers: { origin: 'https://web.example.com', 'access-control-request-method': 'GET' },
    });
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://web.example.com',
      'access-control-max-age': '60',
    });
  });
});
