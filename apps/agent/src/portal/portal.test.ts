import { describe, expect, it } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { ask } from '../gateway/testing/servers.ts';
import { airline, type FLIGHTS } from './testing/airline.ts';
import { API_HOST, PORTAL_HOST, startPortal, ticketFor } from './testing/running-portal.ts';

const API = '/apis/flights@default';

describe('strangers', () => {
  it('see a page to sign in, and not the name of any API', async () => {
    const { send } = await startPortal((await airline()).yaml);
    for (const path of [
      '/',
      API,
      `${API}/operations/listFlights`,
      '/search?q=flights',
      '/settings',
      '/nothing',
      '/llms.txt',
    ]) {
      const { status, body, headers } = await send(path);
      expect([path, status]).toEqual([path, 401]);
      expect(body).toContain('Airline');
      expect(body.toLowerCase()).not.toContain('flights@');
      expect(body).not.toContain('List flights');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-robots-tag']).toContain('noindex');
    }
    expect((await send('/api/')).status).toBe(401);
    expect((await send(`/api${API}`)).status).toBe(401);
    expect((await send('/robots.txt')).body).toContain('Disallow: /');
  });
});

describe('pages', () => {
  it('show the catalogue, an API, an operation and a schema', async () => {
    const portal = await startPortal((await airline()).yaml);
    const ada = await portal.signIn({ groups: ['crew'] });
    const home = await ada.get('/');
    expect(home.status).toBe(200);
    expect(home.body).toMatch(/<a href="\/apis\/flights@default"[^>]*>\s*Flights\s*<\/a/);
    expect(home.body).toContain('4 operations');
    const api = await ada.get(API);
    expect(api.body).toContain('http://api.localhost/air');
    expect(api.body).toContain('<em>seats</em>');
    for (const name of ['listFlights', 'createFlight', 'getFlight', 'cancelFlight'])
      expect(api.body).toContain(`${API}/operations/${name}`);
    const operation = await ada.get(`${API}/operations/getFlight`);
    expect(operation.body).toContain('/air/v1/flights/PT1');
    expect((await ada.get(`${API}/schemas/Flight`)).body).toContain('captain');
    expect((await ada.get(`${API}/operations/nothing`)).status).toBe(404);
  });

  it('have a policy that runs and loads nothing but their own files, and are read by no other site', async () => {
    const portal = await startPortal((await airline()).yaml);
    const ada = await portal.signIn({ groups: ['crew'] });
    const { headers, body } = await ada.get('/');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    const files = [...body.matchAll(/(?:src|href)="(\/_portal[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) {
      const file = await portal.send(path);
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers['cache-control']).toContain('immutable');
    }
    expect(body).not.toMatch(/(?:src|href)="https?:\/\//);
  });

  it('write dates and numbers as the reader does', async () => {
    const portal = await startPortal((await airline()).yaml);
    const ada = await portal.signIn({ groups: ['slow'] });
    expect((await ada.get(`${API}/operations/getFlight`)).body).toContain('2 requests per hour');
    expect((await ada.get('/', { 'accept-language': 'de-CH, x-y-z;q=0.1, *' })).status).toBe(200);
  });

  it('show only operations that the caller may use, wherever operations are named', async () => {
    const portal = await startPortal((await airline()).yaml);
    const reader = await portal.signIn({ groups: ['readers'] });
    const pages = [
      await reader.get(API),
      await reader.get('/search?q=flight'),
      await reader.get(`/api${API}`),
      await reader.get('/llms.txt'),
    ];
    for (const { status, body } of pages) {
      expect(status).toBe(200);
      expect(body).toMatch(/listFlights|List flights/);
      expect(body).not.toMatch(/createFlight|Create a flight|cancelFlight|Cancel a flight|margin/);
    }
    expect((await reader.get(`${API}/operations/createFlight`)).status).toBe(404);
    expect((await reader.get(`${API}/schemas/Secret`)).status).toBe(404);
    expect((await reader.get(`${API}/schemas/Crew`)).status).toBe(200);
    const document = JSON.parse((await reader.get(`/api${API}`)).body) as typeof FLIGHTS;
    expect(Object.keys(document.components.schemas)).toEqual(['Flight', 'Crew']);
    expect(document.servers).toEqual([{ url: 'http://api.localhost/air/v1' }]);
    const nobody = await portal.signIn({ groups: ['others'] });
    expect((await nobody.get('/')).body).toContain('No API is shared with you yet');
    expect((await nobody.get(API)).status).toBe(404);
  });
});

describe('what is shown', () => {
  it('is what the gateway admits, operation by operation and group by group', async () => {
    const portal = await startPortal((await airline()).yaml);
    const { gateway } = portal;
    const users = [['crew'], ['readers'], ['one'], ['slow', 'one'], ['readers', 'one'], ['others'], []];
    gateway.setKeys(
      users.map((groups, index) => ({
        id: `key_${index}`,
        hash: hashApiKey(`key-${index}`),
        userId: `usr_${index}`,
        email: `${index}@example.com`,
        groups,
        suspended: false,
        expiresAt: null,
      })),
    );
    const requests: Readonly<Record<string, readonly [string, string]>> = {
      listFlights: ['GET', '/air/v1/flights'],
      createFlight: ['POST', '/air/v1/flights'],
      getFlight: ['GET', '/air/v1/flights/PT7'],
      cancelFlight: ['DELETE', '/air/v1/flights/PT7'],
    };
    for (const [index, groups] of users.entries()) {
      const user = await portal.signIn({ id: `usr_${index}`, groups });
      const { body } = await user.get(API);
      for (const [id, [method, path]] of Object.entries(requests)) {
        const { status } = await portal.send(path, {
          method,
          host: API_HOST,
          headers: { authorization: `Bearer key-${index}` },
        });
        const isShown = body.includes(`/operations/${id}`);
        expect([groups, id, isShown]).toEqual([groups, id, status !== 403]);
      }
    }
  });
});

describe('search', () => {
  it('finds operations by beginnings of words, names of schemas and with a typing mistake', async () => {
    const portal = await startPortal((await airline()).yaml);
    const ada = await portal.signIn({ groups: ['crew'] });
    const hits = async (text: string) => {
      const { body } = await ada.get(`/search?q=${encodeURIComponent(text)}`, { accept: 'application/json' });
      return (JSON.parse(body) as { items: { href: string }[] }).items.map(({ href }) =>
        href.split('/').at(-1),
      );
    };
    expect(await hits('canc')).toEqual(['cancelFlight']);
    expect(await hits('cancle fligt')).toEqual([]);
    expect(await hits('cancal')).toEqual(['cancelFlight']);
    expect(await hits('secret')).toEqual(['createFlight']);
    expect(await hits('x-trace')).toEqual(['getFlight']);
    expect((await hits('flights'))[0]).toBe('flights@default');
    expect(await hits('"><script>')).toEqual([]);
    expect((await ada.get('/search?q=%22%3E%3Cscript%3E')).body).not.toContain('"><script>');
  });
});

describe('trying an operation', () => {
  const OPERATION = `${API}/operations/getFlight`;

  it('sends the request through the gateway as the signed-in user, with their limits', async () => {
    const { yaml, asked } = await airline();
    const portal = await startPortal(yaml);
    const ada = await portal.signIn({ id: 'usr_slow', groups: ['slow'] });
    const form = { 'path number': 'PT 7/x', 'header X-Trace': 'yes' };
    const json = { accept: 'application/json' };
    const first = JSON.parse((await ada.post(OPERATION, form, json)).body) as {
      status: number;
      text: string;
    };
    expect(first).toMatchObject({ kind: 'response', status: 200, text: '{"url":"/v1/flights/PT%207%2Fx"}' });
    expect(asked.at(-1)?.headers).toMatchObject({ 'x-trace': 'yes' });
    expect(asked.at(-1)?.headers).not.toHaveProperty('authorization');
    expect(portal.records.at(0)).toMatchObject({ userId: 'usr_slow', path: '/air/v1/flights/PT%207%2Fx' });
    const page = await ada.post(OPERATION, form);
    expect(page.body).toContain('&quot;url&quot;: &quot;/v1/flights/PT%207%2Fx&quot;');
    expect(page.body).toContain('&lt;b&gt;');
    expect(JSON.parse((await ada.post(OPERATION, form, json)).body)).toMatchObject({ status: 429 });
  });

  it.each([
    ['moved', { status: 302, text: '' }],
    ['large', { status: 200, isCut: true }],
    ['binary', { status: 200, text: null }],
    ['..', { kind: 'problem', message: 'number cannot be .., which means another path.' }],
    ['', { kind: 'problem', message: 'number is required.' }],
  ])('with %j', async (number, expected) => {
    const portal = await startPortal((await airline()).yaml);
    const ada = await portal.signIn({ groups: ['crew'] });
    const { body } = await ada.post(OPERATION, { 'path number': number }, { accept: 'application/json' });
    expect(JSON.parse(body)).toMatchObject(expected);
    expect(body.length).toBeLessThan(400_000);
  });

  it('is for operations that the caller may use, from the portal’s own pages', async () => {
    const { yaml, asked } = await airline();
    const portal = await startPortal(yaml);
    const reader = await portal.signIn({ groups: ['readers'] });
    expect((await reader.post(`${API}/operations/createFlight`, { body: '{}' })).status).toBe(404);
    const form = { 'path number': 'PT1' };
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await reader.post(OPERATION, form, { 'sec-fetch-site': site })).status).toBe(403);
    expect((await portal.send(OPERATION, { method: 'POST', body: 'path+number=1' })).status).toBe(303);
    expect(asked).toEqual([]);
  });
});

describe('previews', () => {
  it('show what a user sees, for a minute, and change nothing', async () => {
    const portal = await startPortal((await airline()).yaml);
    const open = async (ticket: string) => portal.send(`/preview?ticket=${ticket}`);
    const opened = await open(await ticketFor({ id: 'usr_bob', groups: ['readers'] }));
    expect(opened.status).toBe(303);
    const cookie = [opened.headers['set-cookie'] ?? []].flat()[0]?.split(';')[0] ?? '';
    expect(opened.headers['set-cookie']?.[0]).toMatch(
      /^__Host-portal=.*; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
    );
    const page = await portal.send(API, { headers: { cookie } });
    expect(page.body).toContain('usr_bob@example.com');
    expect(page.body).toContain('listFlights');
    expect(page.body).not.toContain('createFlight');
    const tried = await portal.send(`${API}/operations/getFlight`, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin', accept: 'application/json' },
      body: 'path+number=1',
    });
    expect(JSON.parse(tried.body)).toMatchObject({ kind: 'problem' });
    for (const ticket of [
      await ticketFor({ groups: ['crew'] }, { secret: 'another' }),
      await ticketFor({ groups: ['crew'] }, { portal: 'APIPortal.hub.traefik.io//other' }),
      await ticketFor({ groups: ['crew'] }, { expires: '-1s' }),
      'nonsense',
    ])
      expect((await open(ticket)).status).toBe(403);
  });
});

describe('callers with a key', () => {
  it('read what they may use, and change nothing', async () => {
    const portal = await startPortal((await airline()).yaml);
    portal.gateway.setKeys([
      {
        id: 'k',
        hash: hashApiKey('secret'),
        userId: 'u',
        email: 'u@example.com',
        groups: ['readers'],
        suspended: false,
        expiresAt: null,
      },
    ]);
    const headers = { authorization: 'Bearer secret' };
    expect((await portal.send('/llms.txt', { headers })).body).toContain('GET /flights');
    expect((await portal.send('/llms.txt', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    const { linkset } = JSON.parse((await portal.send('/.well-known/api-catalog', { headers })).body) as {
      linkset: object[];
    };
    expect(linkset).toHaveLength(1);
    expect((await portal.send('/settings/keys', { method: 'POST', headers, body: 'name=x' })).status).toBe(
      303,
    );
  });
});

describe('the HTTP API', () => {
  it('lists collections and APIs as Traefik Hub does', async () => {
    const collection = `
apiVersion: hub.traefik.io/v1alpha1
kind: APICollection
metadata: {name: travel}
spec: {pathPrefix: /travel, apis: [{name: flights}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: one}
spec: {groups: [one], apiCollections: [{name: travel}], apis: [{name: flights}]}
---
`;
    const { yaml } = await airline();
    const portal = await startPortal(
      yaml
        .replace(/kind: APIAccess\nmetadata: \{name: one\}[^]*?---\n/, '')
        .replace('apiVersion: hub.traefik.io/v1alpha1\napiVersion', 'apiVersion') + collection,
    );
    const user = await portal.signIn({ groups: ['one', 'slow'] });
    const view = JSON.parse((await user.get('/api/')).body) as object;
    expect(view).toEqual({
      title: 'Airline',
      description: 'APIs of an airline',
      logoUrl: '',
      jwtAuth: false,
      collections: [
        {
          name: 'travel',
          pathPrefix: '/travel',
          apis: [
            {
              name: 'flights',
              specLink: '/collections/travel/apis/flights@default',
              pathPrefix: '/travel/air',
              rateLimit: { limit: 2, period: '1h' },
            },
          ],
        },
      ],
      apis: [
        {
          name: 'flights',
          specLink: '/apis/flights@default',
          pathPrefix: '/air',
          rateLimit: { limit: 2, period: '1h' },
        },
      ],
    });
    expect((await user.get('/api/collections/travel/apis/flights@default')).status).toBe(200);
    expect((await user.get('/api/apis/other@default')).status).toBe(404);
    expect(JSON.parse((await user.get('/api/tokens')).body)).toEqual([]);
  });
});

describe('the listener of portals', () => {
  it('serves portals and nothing else', async () => {
    const { yaml } = await airline();
    const { createServer } = await import('node:net');
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    await startPortal(yaml, port);
    expect((await ask(port, { headers: { host: PORTAL_HOST } })).status).toBe(401);
    expect((await ask(port, { path: '/air/v1/flights', headers: { host: API_HOST } })).status).toBe(404);
  });
});
