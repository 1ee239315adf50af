import { hashApiKey } from '@portolan/process/api-key-hash';
import { SignJWT, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { api, application, ingressRoute, object, startV3 } from './testing/v3-cluster.ts';

const subscription = (name: string, spec: string): string => object('ManagedSubscription', name, `{${spec}}`);
const five = object('APIPlan', 'five', '{title: five, quota: {limit: 5, period: 24h}}');

describe('a route of an API', () => {
  it.each([
    ['is refused without a credential', '/stops/1', null, '401'],
    ['is refused with an unknown key', '/stops/1', 'other', '401'],
    ['is refused with a suspended key', '/stops/1', 'lazy-key', '401'],
    ['is refused to an application without a subscription', '/stops/1', 'web-key', '403'],
    ['is forwarded to a subscriber, with what is left', '/stops/1', 'mobile-key', '200, quota 4'],
    ['of a missing API is refused without a credential', '/ghost', null, '401'],
    ['of a missing API is refused with one', '/ghost', 'mobile-key', '403'],
    ['without annotations stays open', '/open', null, '200'],
    ['that does not exist is 404', '/nowhere', 'mobile-key', '404'],
  ] as const)('%s', async (_name, path, key, expected) => {
    const { get } = await startV3(
      api('stops') +
        five +
        application('mobile') +
        application('web') +
        application('lazy', { key: ', suspended: true' }) +
        ingressRoute('ghost', 'PathPrefix(`/ghost`)', 'hub.traefik.io/api: ghost') +
        ingressRoute('open', 'PathPrefix(`/open`)', '') +
        subscription(
          's',
          'apis: [{name: stops}], apiPlan: {name: five}, managedApplications: [{name: mobile}, {name: lazy}]',
        ),
    );
    expect(await get(path, key)).toBe(expected);
  });
});

const all = 'apis: [{name: stops}], apiPlan: {name: five}';
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** The upstream's view of a request. */
const seen = (answer: { readonly body: string }): { url: string; headers: Record<string, string> } =>
  JSON.parse(answer.body);

describe('who a subscription reaches', () => {
  const base =
    api('stops', '{}', 'labels: {area: street}') +
    api('lines', '{}', 'labels: {area: street}') +
    five +
    application('mobile', { labels: 'tier: gold' }) +
    application('web', { labels: 'tier: silver' });

  it('applications and APIs by label, in its own namespace only', async () => {
    const { get } = await startV3(
      base +
        subscription(
          's',
          'apiSelector: {matchLabels: {area: street}}, managedApplicationSelector: {matchLabels: {tier: gold}}, apiPlan: {name: five}',
        ) +
        // Another namespace selects everything, which is nothing of this one.
        (
          subscription('s', 'apiSelector: {}, managedApplicationSelector: {}, apiPlan: {name: five}') + five
        ).replaceAll('namespace: city', 'namespace: other'),
    );
    expect(await get('/lines', 'mobile-key')).toBe('200, quota 4');
    expect(await get('/lines', 'web-key')).toBe('403');
  });

  it('applications as their labels change', async () => {
    const selecting = subscription('s', `${all}, managedApplicationSelector: {matchLabels: {tier: gold}}`);
    const { get, apply } = await startV3(base + selecting);
    expect(await get('/stops', 'web-key')).toBe('403');
    apply(base.replace('tier: silver', 'tier: gold') + selecting);
    expect(await get('/stops', 'web-key')).toBe('200, quota 4');
    apply(base.replaceAll('tier: gold', 'tier: lead') + selecting);
    expect(await get('/stops', 'mobile-key')).toBe('403');
  });

  it('no one of an application whose id another one of the namespace has', async () => {
    const { get, problems } = await startV3(
      base +
        object(
          'ManagedApplication',
          'zombie',
          `{appId: mobile-id, owner: eve, apiKeys: [{value: ${hashApiKey('zombie-key')}}]}`,
        ) +
        subscription('s', `${all}, managedApplicationSelector: {}`),
    );
    expect(await get('/stops', 'mobile-key')).toBe('200, quota 4');
    expect(await get('/stops', 'zombie-key')).toBe('401');
    expect(problems).toContainEqual(expect.stringContaining('ManagedApplication "mobile" has this id too'));
  });

  it('no application of the same id in another namespace', async () => {
    const foreign = application('mobile')
      .replaceAll('mobile-key', 'x')
      .replace('namespace: city', 'namespace: other');
    const { get } = await startV3(
      base +
        foreign.replace(hashApiKey('mobile-key'), hashApiKey('foreign-key')) +
        subscription('s', `${all}, managedApplications: [{name: mobile}]`),
    );
    expect(await get('/stops', 'foreign-key')).toBe('403');
    expect(await get('/stops', 'mobile-key')).toBe('200, quota 4');
  });

  it.each([
    ['pending', '403'],
    ['rejected', '403'],
    ['perhaps', '403'],
    ['approved', '200, quota 4'],
  ])('only when it is not %s', async (approval, expected) => {
    const { get } = await startV3(
      base +
        object(
          'ManagedSubscription',
          's',
          `{${all}, managedApplications: [{name: mobile}]}`,
          `annotations: {portolan.dev/approval: ${approval}}`,
        ),
    );
    expect(await get('/stops', 'mobile-key')).toBe(expected);
  });

  it('users by their e-mail address, as applications', async () => {
    const { get, gateway } = await startV3(
      base + subscription('s', `${all}, applications: [{appId: ada@example.test}]`),
    );
    gateway.setKeys([
      {
        id: 'k1',
        hash: hashApiKey('ada-key'),
        userId: 'usr_1',
        email: 'ada@example.test',
        groups: [],
        suspended: false,
        expiresAt: null,
      },
    ]);
    expect(await get('/stops', 'ada-key')).toBe('200, quota 4');
  });

  it('keys that Secrets hold, with line breaks in their base64 or as hashes', async () => {
    const secret = (name: string, value: string): string => `
---
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: city}
data: {value: ${JSON.stringify(
      Buffer.from(value)
        .toString('base64')
        .replace(/(.{8})/g, '$1\n'),
    )}}
`;
    const { get } = await startV3(
      base +
        secret('plain', 'a-key-in-plain-text') +
        secret('hashed', hashApiKey('hashed-key')) +
        object(
          'ManagedApplication',
          'keys',
          '{appId: keys, owner: ada, apiKeys: [{secretName: plain}, {secretName: hashed}, {secretName: lost}, {value: not-a-hash}]}',
        ) +
        subscription('s', `${all}, managedApplications: [{name: keys}]`),
    );
    expect(await get('/stops', 'a-key-in-plain-text')).toBe('200, quota 4');
    expect(await get('/stops', 'hashed-key')).toBe('200, quota 3');
    expect(await get('/stops', 'not-a-hash')).toBe('401');
  });
});

describe('an APIAccess', () => {
  const user = (groups: string[]) => ({
    id: 'k1',
    hash: hashApiKey('user-key'),
    userId: 'usr_1',
    email: 'ada@example.test',
    groups,
    suspended: false,
    expiresAt: null,
  });
  const access = (name: string, spec: string): string =>
    object('APIAccess', name, `{apis: [{name: stops}], ${spec}}`);

  it.each([
    ['lets a group through', ['crew'], access('a', 'groups: [crew]'), '200'],
    ['refuses others', ['guests'], access('a', 'groups: [crew]'), '403'],
    ['for everyone lets every known caller through', [], access('a', 'everyone: true'), '200'],
    ['counts by its plan', ['crew'], access('a', 'groups: [crew], apiPlan: {name: five}'), '200, quota 4'],
    [
      'hides the plan of another when it comes first by name',
      ['crew'],
      access('a', 'groups: [crew]') + access('b', 'groups: [crew], apiPlan: {name: five}'),
      '200',
    ],
    [
      'is hidden by one of more weight',
      ['crew'],
      access('a', 'groups: [crew]') + access('b', 'groups: [crew], apiPlan: {name: five}, weight: 1'),
      '200, quota 4',
    ],
  ])('%s', async (_name, groups, accesses, expected) => {
    const { get, gateway } = await startV3(api('stops') + five + accesses);
    gateway.setKeys([user(groups)]);
    expect(await get('/stops', 'user-key')).toBe(expected);
    expect(await get('/stops', null)).toBe('401');
  });

  it('and an APIRateLimit count together', async () => {
    const { get, gateway } = await startV3(
      api('stops') +
        five +
        access('a', 'groups: [crew], apiPlan: {name: five}') +
        object('APIRateLimit', 'slow', '{limit: 1, period: 1h, everyone: true, apis: [{name: stops}]}'),
    );
    gateway.setKeys([user(['crew'])]);
    expect(await get('/stops', 'user-key')).toBe('200, rate 0, quota 4');
    expect(await get('/stops', 'user-key')).toBe('429, rate 0');
  });
});

describe('operations and versions', () => {
  const reader = subscription(
    's',
    `${all}, managedApplications: [{name: mobile}], operationFilter: {include: [read]}`,
  );
  const documented = `{openApiSpec: {url: https://docs.example.test/a.json, operationSets: [{name: read, matchers: [{pathPrefix: /boards, methods: [GET]}]}]}}`;
  const strip = `
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: strip, namespace: city}
spec: {stripPrefix: {prefixes: [/stops]}}
`;

  it.each([
    ['GET', '/stops/boards/1', 200],
    ['POST', '/stops/boards/1', 403],
    ['GET', '/stops/tracks', 403],
    ['GET', '/stops/boards/../tracks', 403],
    ['GET', '/stops/%62oards', 200],
  ])('are matched on the path that the upstream sees: %s %s', async (method, path, status) => {
    const { ask } = await startV3(
      object('API', 'stops', documented) +
        ingressRoute(
          'stops',
          'PathPrefix(`/stops`)',
          'hub.traefik.io/api: stops',
          '      middlewares: [{name: strip}]\n',
        ) +
        strip +
        five +
        application('mobile') +
        reader,
    );
    const answer = await ask({ method, path, headers: bearer('mobile-key') });
    expect(answer.status).toBe(status);
    if (status === 200) expect(seen(answer).url).toBe(path.replace('/stops', '').replace('%62', 'b'));
  });

  it('the longest rule picks the version, and access is that of the API', async () => {
    const version = (name: string, match: string): string =>
      object('APIVersion', name, '{release: 1.0.0}') +
      ingressRoute(name, match, `hub.traefik.io/api-version: ${name}`);
    const manifests =
      object('API', 'stops', '{versions: [{name: stable}, {name: preview}]}') +
      version('stable', 'PathPrefix(`/stops`)') +
      version('preview', 'PathPrefix(`/stops`) && Header(`X-Preview`, `yes`)') +
      version('orphan', 'PathPrefix(`/orphan`)') +
      five +
      application('mobile') +
      subscription('s', `${all}, managedApplications: [{name: mobile}]`);
    const { ask, get, records, problems } = await startV3(manifests);
    expect(
      (await ask({ path: '/stops', headers: { ...bearer('mobile-key'), 'x-preview': 'yes' } })).status,
    ).toBe(200);
    expect((await ask({ path: '/stops', headers: bearer('mobile-key') })).status).toBe(200);
    expect(records.map(({ route }) => route?.owner.name)).toEqual(['preview', 'stable']);
    expect(await get('/orphan', 'mobile-key')).toBe('403');
    expect(problems).toContainEqual(expect.stringContaining('no API lists this version'));
  });
});

describe('an APIAuth', () => {
  const base =
    api('stops') +
    five +
    application('mobile') +
    subscription('s', `${all}, applications: [{appId: mobile-id}]`);
  const auth = (spec: string): string => object('APIAuth', 'auth', `{isDefault: true, ${spec}}`);

  it('replaces the places where keys are read', async () => {
    const { ask } = await startV3(base + auth('apiKey: {keySource: {header: X-Key}}'));
    expect((await ask({ path: '/stops', headers: { 'x-key': 'mobile-key' } })).status).toBe(200);
    expect((await ask({ path: '/stops', headers: bearer('mobile-key') })).status).toBe(401);
    expect((await ask({ path: '/stops?api_key=mobile-key' })).status).toBe(401);
  });

  it('reads keys from Authorization and the query unless it says otherwise', async () => {
    const { ask } = await startV3(base + auth('apiKey: {}'));
    expect((await ask({ path: '/stops?api_key=mobile-key' })).status).toBe(200);
    expect((await ask({ path: '/stops', headers: bearer('mobile-key') })).status).toBe(200);
  });

  const secret = 'a-secret-of-at-least-32-characters!!';
  const jwtAuth =
    auth('jwt: {appIdClaim: client_id, signingSecretName: signing, forwardHeaders: {X-Plan: plan}}') +
    `
---
apiVersion: v1
kind: Secret
metadata: {name: signing, namespace: city}
stringData: {value: ${secret}}
`;
  const token = (claims: JWTPayload, key = secret) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(key));

  it.each([
    ['the application that the claim names', { client_id: 'mobile-id', plan: 'gold' }, secret, 200],
    ['not another one', { client_id: 'other' }, secret, 403],
    ['not a token without the claim', { sub: 'mobile-id' }, secret, 401],
    ['not a token of another key', { client_id: 'mobile-id' }, `${secret}x`, 401],
  ])('by JWT admits %s', async (_name, claims, key, status) => {
    const { ask } = await startV3(base + jwtAuth);
    const answer = await ask({ path: '/stops', headers: bearer(await token(claims, key)) });
    expect(answer.status).toBe(status);
    if (status === 200) expect(seen(answer).headers['x-plan']).toBe('gold');
  });

  it('applies the claims of a subscription', async () => {
    const { ask } = await startV3(
      base.replace(
        'applications: [{appId: mobile-id}]',
        'applications: [{appId: mobile-id}], claims: "Equals(`city`, `Graz`)"',
      ) + jwtAuth,
    );
    const send = async (city: string) =>
      (await ask({ path: '/stops', headers: bearer(await token({ client_id: 'mobile-id', city })) })).status;
    expect([await send('Graz'), await send('Linz')]).toEqual([200, 403]);
  });

  it('that is incomplete closes the APIs of its namespace', async () => {
    const { ask, problems } = await startV3(base + auth('jwt: {appIdClaim: a, signingSecretName: lost}'));
    expect((await ask({ path: '/stops', headers: bearer('mobile-key') })).status).toBe(503);
    expect(problems).toContainEqual(expect.stringContaining('Secret "lost" does not exist'));
  });
});

it('what is not served says so by name', async () => {
  const { problems } = await startV3(
    object('Uplink', 'up', '{}') +
      object('AIService', 'ai', '{ollama: {model: small, baseUrl: "http://ollama:11434"}}'),
  );
  expect(problems).toContainEqual(expect.stringMatching(/^Uplink up spec: Uplink is not served/));
  expect(problems).toContainEqual(expect.stringMatching(/^AIService ai spec: AIService is not served/));
});
