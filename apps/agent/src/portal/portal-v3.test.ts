import { array, assert, asyncProperty, constantFrom, option, record, subarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { API_HOST, startPortalV3, type RunningPortal } from './testing/running-portal.ts';
import { APIS, application, city, hub, OPERATIONS, SETS } from './testing/city.ts';

const OWNER = 'usr_ada';
const FEW = hub('APIPlan', 'few', '{title: Few, description: To begin with., quota: {limit: 3, period: 1h}}');
const MANY = hub('APIPlan', 'many', '{title: Many, quota: {limit: 1000, period: 24h}}');
const ITEM = hub('APICatalogItem', 'all', '{everyone: true, apis: [{name: stops}], apiPlan: {name: few}}');

const call = (portal: RunningPortal, path: string, key: string, method = 'GET') =>
  portal.send(path, { host: API_HOST, method, headers: { authorization: `Bearer ${key}` } });

describe('the catalogue', () => {
  it('shows what items show, with plans and who decides on them, and the rest to nobody', async () => {
    const { yaml } = await city();
    const more = hub(
      'APICatalogItem',
      'partners',
      '{groups: [partners], apis: [{name: tickets}], apiPlan: {name: many}, operationFilter: {include: [reports]}}',
      'portolan.dev/subscriptions: automatic',
    );
    const portal = await startPortalV3(yaml + FEW + MANY + ITEM + more);
    const ada = await portal.signIn({ groups: ['public'] });
    const home = (await ada.get('/')).body;
    expect(home).toContain('/apis/stops@city');
    expect(home).not.toContain('tickets');
    expect(home).toContain('needs a subscription');
    expect((await ada.get('/apis/tickets@city')).status).toBe(404);
    const page = (await ada.get('/apis/stops@city')).body;
    expect(page).toContain('To begin with.');
    expect(page).toContain('3 requests per hour');
    expect(page).toContain('needs approval');
    const partner = await portal.signIn({ id: 'usr_bo', groups: ['partners'] });
    const tickets = (await partner.get('/apis/tickets@city')).body;
    expect(tickets).toContain('granted at once');
    expect(tickets).toContain('operations/report');
    expect(tickets).not.toContain('operations/list');
    expect((await partner.get('/apis/tickets@city/operations/list')).status).toBe(404);
  });

  it('shows bundles, and pages of portals, bundles and APIs to those who see what they belong to', async () => {
    const { yaml } = await city();
    const pages = ['APIPortal/main', 'APIBundle/open', 'API/tickets'].map((parent, order) => {
      const [kind, name] = parent.split('/');
      return hub(
        'ContentItem',
        `page-${order}`,
        `{title: Page ${order}, order: ${order}, parentRef: {kind: ${kind}, name: ${name}}, content: "# Page ${order}\\n\\nHello <script>alert(1)</script> [x](javascript:alert(1)) *you*"}`,
      );
    });
    const link = hub(
      'ContentItem',
      'away',
      '{title: Away, order: 9, parentRef: {kind: APIPortal, name: main}, link: {href: "https://status.example/"}}',
    );
    const bundle = hub('APIBundle', 'open', '{title: Open data, apis: [{name: stops}]}');
    const item = hub(
      'APICatalogItem',
      'open',
      '{everyone: true, apiBundles: [{name: open}], apiPlan: {name: few}}',
    );
    const portal = await startPortalV3(yaml + FEW + bundle + item + pages.join('') + link);
    const ada = await portal.signIn({ groups: [] });
    const home = (await ada.get('/')).body;
    expect(home).toContain('/bundles/open');
    expect(home).toContain('https://status.example/');
    const page = await ada.get('/pages/page-0');
    expect(page.body).toContain('<em>you</em>');
    expect(page.body).not.toContain('<script>alert');
    expect(page.body).not.toContain('javascript:');
    expect(page.body.match(/Page 0<\/h\d>/g)).toHaveLength(1);
    expect((await ada.get('/bundles/open')).body).toContain('/pages/page-1');
    expect((await ada.get('/pages/page-1')).status).toBe(200);
    expect((await ada.get('/pages/page-2')).status).toBe(404);
    expect((await ada.get('/bundles/nothing')).status).toBe(404);
  });
});

describe('search', () => {
  it('finds bundles by name, and pages and links by title and text, for those who see what they belong to', async () => {
    const { yaml } = await city();
    const content = (name: string, parent: string, body: string) =>
      hub('ContentItem', name, `{title: ${name}, order: 0, parentRef: ${parent}, ${body}}`);
    const long = `${'filler '.repeat(2000)} zeppelins <b>moored</b>`;
    const contents = [
      content('welcome', '{kind: APIPortal, name: main}', `content: "${long}"`),
      content('fares', '{kind: API, name: tickets}', 'content: About zeppelins as well'),
      content('uptime', '{kind: APIPortal, name: main}', 'link: {href: "https://status.example/"}'),
    ];
    const bundle = hub('APIBundle', 'open', '{title: Open data, apis: [{name: stops}]}');
    const hidden = hub('APIBundle', 'closed', '{title: Open secrets, apis: [{name: tickets}]}');
    const item = hub(
      'APICatalogItem',
      'open',
      '{everyone: true, apiBundles: [{name: open}], apiPlan: {name: few}}',
    );
    const portal = await startPortalV3(yaml + FEW + bundle + hidden + item + contents.join(''));
    const ada = await portal.signIn({ groups: [] });
    const hits = async (query: string): Promise<string[]> => {
      const { body } = await ada.get(`/search?q=${query}`, { accept: 'application/json' });
      return (JSON.parse(body) as { items: { method: string; href: string }[] }).items.map(
        ({ method, href }) => `${method} ${href}`,
      );
    };
    expect(await hits('open')).toEqual(['Bundle /bundles/open']);
    expect(await hits('zeppelin')).toEqual(['Page /pages/welcome']);
    expect(await hits('moored')).toEqual(['Page /pages/welcome']);
    expect(await hits('zepelins')).toEqual(['Page /pages/welcome']);
    expect(await hits('uptime')).toEqual(['Link https://status.example/']);
    const page = (await ada.get('/search?q=uptime')).body;
    expect(page).toContain('rel="noopener noreferrer nofollow ugc">uptime</a>');
    expect((await ada.get('/search?q=fares')).body).not.toContain('/pages/fares');
  });
});

describe('plans', () => {
  it('show what is left by the counters of the gateway, and go on after another plan is approved', async () => {
    const { yaml } = await city();
    const app = application('planner', OWNER);
    const subscription = (name: string, plan: string, weight: number, approval: string) =>
      hub(
        'ManagedSubscription',
        name,
        `{managedApplications: [{name: planner}], apis: [{name: stops}], apiPlan: {name: ${plan}}, weight: ${weight}}`,
        `portolan.dev/approval: ${approval}`,
      );
    const base = yaml + FEW + MANY + ITEM + app + subscription('first', 'few', 0, 'approved');
    const portal = await startPortalV3(base + subscription('second', 'many', 1, 'pending'));
    const ada = await portal.signIn({ id: OWNER, groups: [] });
    const page = () => ada.get('/apis/stops@city').then(({ body }) => body.replaceAll(/\s+/g, ' '));
    expect(await page()).toContain('3 of 3 left');
    expect((await ada.get('/')).body).not.toContain('needs a subscription');
    const first = await call(portal, '/stops/items', 'planner-key');
    expect([first.status, first.headers['x-quota-remaining']]).toEqual([200, '2']);
    expect(await page()).toContain('2 of 3 left');
    const tried = await ada.post('/apis/stops@city/operations/list', {}, { accept: 'application/json' });
    expect(JSON.parse(tried.body)).toMatchObject({ status: 200 });
    expect(await page()).toContain('1 of 3 left');
    expect((await call(portal, '/stops/items', 'planner-key')).status).toBe(200);
    expect((await call(portal, '/stops/items', 'planner-key')).status).toBe(429);
    expect(await page()).toContain('used up; more in 1 hour');
    const application_ = (await ada.get('/applications/planner')).body;
    expect(application_).toContain('waits for approval');
    portal.apply(base + subscription('second', 'many', 1, 'approved'));
    expect((await call(portal, '/stops/items', 'planner-key')).status).toBe(200);
    expect(await page()).toContain('999 of 1,000 left');
    expect((await ada.get('/applications/planner')).body).toContain('a later subscription goes before it');
  });

  it('leave nobody else’s applications in sight, and do not change them without the platform', async () => {
    const { yaml } = await city();
    const portal = await startPortalV3(yaml + FEW + ITEM + application('planner', OWNER));
    const bo = await portal.signIn({ id: 'usr_bo', groups: [] });
    expect((await bo.get('/applications')).body).not.toContain('/applications/planner');
    expect((await bo.get('/applications/planner')).status).toBe(404);
    const ada = await portal.signIn({ id: OWNER, groups: [] });
    const refused = await ada.post('/subscriptions', {
      target: 'API/stops',
      item: 'all',
      application: 'planner',
    });
    expect([refused.status, refused.body.includes('The platform cannot be reached.')]).toEqual([400, true]);
  });

  it('are in the HTTP API, with applications, subscriptions and what is left', async () => {
    const { yaml } = await city();
    const has = hub(
      'ManagedSubscription',
      'has',
      '{managedApplications: [{name: planner}], apis: [{name: stops}], apiPlan: {name: few}}',
    );
    const portal = await startPortalV3(yaml + FEW + ITEM + application('planner', OWNER) + has);
    const ada = await portal.signIn({ id: OWNER, groups: [] });
    const read = async (path: string): Promise<unknown> => JSON.parse((await ada.get(path)).body);
    expect(await read('/api/')).toMatchObject({
      apis: [
        { name: 'stops', plans: [{ item: 'all', name: 'few', approval: 'manual', quota: { limit: 3 } }] },
      ],
      bundles: [],
    });
    expect(await read('/api/applications')).toEqual([
      {
        name: 'planner',
        title: 'planner',
        appId: 'planner-id',
        notes: '',
        keys: [{ name: 'main', suspended: false }],
      },
    ]);
    await call(portal, '/stops/items', 'planner-key');
    expect(await read('/api/subscriptions')).toMatchObject([
      {
        name: 'has',
        apis: ['stops'],
        plan: 'few',
        state: 'approved',
        left: { quota: { limit: 3, remaining: 2 } },
      },
    ]);
    const send = (method: string, path: string, body: object) =>
      portal.send(path, {
        method,
        headers: { cookie: ada.cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify(body),
      });
    expect((await send('POST', '/api/applications', {})).status).toBe(400);
    expect((await send('POST', '/api/applications', { title: 'New' })).status).toBe(503);
    expect((await send('PUT', '/api/applications/planner', {})).status).toBe(405);
    expect((await portal.send('/api/applications')).status).toBe(401);
  });

  it('say of two applications with one id which one counts', async () => {
    const { yaml } = await city();
    const twins = application('first', OWNER, 'same') + application('second', OWNER, 'same');
    const portal = await startPortalV3(yaml + FEW + ITEM + twins);
    const ada = await portal.signIn({ id: OWNER, groups: [] });
    expect((await ada.get('/applications/first')).body).not.toContain('Another application has the id');
    expect((await ada.get('/applications/second')).body).toContain('Another application has the id');
  });
});

const item = record({
  everyone: constantFrom(true, false),
  groups: subarray(['crew', 'press'], { minLength: 1 }),
  apis: subarray(APIS, { minLength: 1 }),
  include: option(subarray(SETS), { nil: null }),
});
const right = record({
  apis: subarray(APIS, { minLength: 1 }),
  include: option(subarray(SETS), { nil: null }),
});

const namesOf = (names: readonly string[]) => `[${names.map((name) => `{name: ${name}}`).join(', ')}]`;
const filterOf = (include: readonly string[] | null) =>
  include === null ? '' : `, operationFilter: {include: [${include.join(', ')}]}`;

describe('what a portal shows', () => {
  it('is what the gateway admits, now or once it is subscribed to as offered', async () => {
    const { yaml } = await city();
    const base = yaml + FEW + MANY + application('planner', OWNER) + application('other', 'usr_other');
    const portal = await startPortalV3(base);
    const cases = record({
      groups: subarray(['crew', 'press']),
      items: array(item, { maxLength: 3 }),
      accesses: array(item, { maxLength: 2 }),
      mine: array(right, { maxLength: 2 }),
      others: array(right, { maxLength: 2 }),
    });
    await assert(
      asyncProperty(cases, async ({ groups, items, accesses, mine, others }) => {
        const whom = ({ everyone, groups: of }: (typeof items)[number]) =>
          everyone ? 'everyone: true' : `groups: [${of.join(', ')}]`;
        const now = [
          ...items.map((each, at) =>
            hub(
              'APICatalogItem',
              `item-${at}`,
              `{${whom(each)}, apis: ${namesOf(each.apis)}${filterOf(each.include)}, apiPlan: {name: many}}`,
            ),
          ),
          ...accesses.map((each, at) =>
            hub(
              'APIAccess',
              `access-${at}`,
              `{${whom(each)}, apis: ${namesOf(each.apis)}${filterOf(each.include)}}`,
            ),
          ),
          ...[
            ...mine.map((each) => ({ ...each, app: 'planner' })),
            ...others.map((each) => ({ ...each, app: 'other' })),
          ].map(({ apis, include, app }, at) =>
            hub(
              'ManagedSubscription',
              `has-${at}`,
              `{managedApplications: [{name: ${app}}], apis: ${namesOf(apis)}${filterOf(include)}, apiPlan: {name: many}}`,
            ),
          ),
        ];
        const offered = items.flatMap((each, at) =>
          each.everyone || each.groups.some((group) => groups.includes(group))
            ? [
                hub(
                  'ManagedSubscription',
                  `new-${at}`,
                  `{managedApplications: [{name: planner}], apis: ${namesOf(each.apis)}${filterOf(each.include)}, apiPlan: {name: many}}`,
                ),
              ]
            : [],
        );
        portal.gateway.setKeys([
          {
            id: 'key',
            userId: OWNER,
            email: 'ada@example.com',
            groups,
            hash: hashApiKey('user-key'),
            suspended: false,
            expiresAt: null,
          },
        ]);
        const admits = async (method: string, path: string): Promise<boolean> => {
          const answers = await Promise.all(
            ['planner-key', 'user-key'].map((key) => call(portal, path, key, method)),
          );
          return answers.some(({ status }) => status !== 403);
        };
        const ada = await portal.signIn({ id: OWNER, groups });
        const rows = APIS.flatMap((api) => OPERATIONS.map((operation) => ({ api, ...operation })));
        portal.apply(base + now.join(''));
        const shown = await Promise.all(
          rows.map(async ({ api, id, method, path }) => {
            const { status, body } = await ada.get(`/apis/${api}@city/operations/${id}`);
            return {
              isShown: status === 200,
              isCallable: body.includes('data-try'),
              isAdmitted: await admits(method, `/${api}${path}`),
            };
          }),
        );
        for (const { isCallable, isAdmitted } of shown) expect(isCallable).toBe(isAdmitted);
        portal.apply(base + now.join('') + offered.join(''));
        const after = await Promise.all(
          rows.map(({ api, method, path }) => admits(method, `/${api}${path}`)),
        );
        expect(shown.map(({ isShown }) => isShown)).toEqual(after);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
