import { describe, expect, it } from 'vitest';
import { api, application, object, startV3 } from './testing/v3-cluster.ts';

const plan = (name: string, spec: string): string => object('APIPlan', name, `{title: ${name}, ${spec}}`);
const subscription = (name: string, spec: string): string => object('ManagedSubscription', name, `{${spec}}`);
const MOBILE = 'managedApplications: [{name: mobile}]';
const BASE =
  api(
    'stops',
    '{openApiSpec: {url: "http://127.0.0.1:1/none", operationSets: [{name: live, matchers: [{pathPrefix: /stops/live}]}]}}',
  ) +
  application('mobile') +
  plan('five', 'quota: {limit: 5, period: 24h}') +
  plan('fifty', 'quota: {limit: 50, period: 1h}');

describe('subscriptions', () => {
  it.each([
    ['an API', `apis: [{name: lost}], ${MOBILE}`],
    ['a bundle', `apiBundles: [{name: lost}], ${MOBILE}`],
    ['an application', 'apis: [{name: stops}], managedApplications: [{name: lost}]'],
    ['nothing at all', MOBILE],
    ['a selector of nothing', `apiSelector: {matchLabels: {area: none}}, ${MOBILE}`],
  ])('to %s that does not exist give no access, and take none away', async (_name, spec) => {
    const lost = subscription('a-lost', `${spec}, apiPlan: {name: fifty}, weight: 9`);
    const { get, apply } = await startV3(BASE + lost);
    expect(await get('/stops', 'mobile-key')).toBe('403');
    apply(BASE + lost + subscription('real', `apis: [{name: stops}], ${MOBILE}, apiPlan: {name: five}`));
    expect(await get('/stops', 'mobile-key')).toBe('200, quota 4');
  });

  it('begin to work when what they name comes, and end when it goes', async () => {
    const base = BASE + subscription('s', `apis: [{name: lines}], ${MOBILE}, apiPlan: {name: five}`);
    const { get, apply } = await startV3(base);
    expect(await get('/lines', 'mobile-key')).toBe('404');
    apply(base + api('lines'));
    expect(await get('/lines', 'mobile-key')).toBe('200, quota 4');
    apply(base);
    expect(await get('/lines', 'mobile-key')).toBe('404');
  });

  it('by id and by name count as one application; of two applications of one id, the first by name is let through', async () => {
    const both = subscription(
      's',
      `apis: [{name: stops}], applications: [{appId: mobile-id}], ${MOBILE}, apiPlan: {name: five}`,
    );
    const { get, apply } = await startV3(BASE + both);
    expect([await get('/stops', 'mobile-key'), await get('/stops', 'mobile-key')]).toEqual([
      '200, quota 4',
      '200, quota 3',
    ]);
    const twin = application('twin').replace('twin-id', 'mobile-id');
    const problems = apply(BASE + both + twin);
    expect(problems).toEqual([
      expect.stringMatching(/^ManagedApplication twin spec.appId: .*"mobile" has this id too/),
    ]);
    expect([await get('/stops', 'mobile-key'), await get('/stops', 'twin-key')]).toEqual([
      '200, quota 2',
      '401',
    ]);
  });
});

describe('plans that contradict', () => {
  const on = (name: string, planName: string, more = ''): string =>
    subscription(name, `apis: [{name: stops}], ${MOBILE}, apiPlan: {name: ${planName}}${more}`);
  const live = ', operationFilter: {include: [live]}';

  it.each([
    [
      'the heavier one counts on an operation of both',
      on('a', 'five') + on('b', 'fifty', `${live}, weight: 1`),
      '49',
      '4',
    ],
    [
      'equal weights: the first by name counts, whatever it filters',
      on('a', 'five') + on('b', 'fifty', live),
      '4',
      '3',
    ],
    ['the filtered one first by name', on('a', 'fifty', live) + on('b', 'five'), '49', '4'],
    [
      'an access without a plan goes by weight as well',
      on('a', 'five', ', weight: 1') + on('b', 'fifty'),
      '4',
      '3',
    ],
  ])('%s', async (_name, yaml, ofLive, ofOther) => {
    const { get } = await startV3(BASE + yaml);
    expect([await get('/stops/live', 'mobile-key'), await get('/stops/list', 'mobile-key')]).toEqual([
      `200, quota ${ofLive}`,
      `200, quota ${ofOther}`,
    ]);
  });

  it('a rate above the quota, and a quota of a period shorter than the rate’s: the one that is used up refuses', async () => {
    const odd = plan('odd', 'rateLimit: {limit: 9, period: 1h}, quota: {limit: 2, period: 1s}');
    const wide = plan('wide', 'rateLimit: {limit: 9, period: 1s}, quota: {limit: 1, period: 9999h}');
    const { get } = await startV3(BASE + wide + on('s', 'wide'));
    expect([await get('/stops', 'mobile-key'), await get('/stops', 'mobile-key')]).toEqual([
      '200, rate 8, quota 0',
      expect.stringMatching(/^429, rate \d, quota 0$/),
    ]);
    const other = await startV3(BASE + odd + on('s', 'odd'));
    expect(await other.get('/stops', 'mobile-key')).toBe('200, rate 8, quota 1');
  });
});

describe('agents without a Redis', () => {
  it('count alone: n of them admit at most n times a quota', async () => {
    const yaml = BASE + subscription('s', `apis: [{name: stops}], ${MOBILE}, apiPlan: {name: five}`);
    const agents = await Promise.all([startV3(yaml), startV3(yaml), startV3(yaml)]);
    const statuses: string[] = [];
    for (let round = 0; round < 8; round++)
      for (const { get } of agents) statuses.push(await get('/stops', 'mobile-key'));
    expect(statuses.filter((status) => status.startsWith('200'))).toHaveLength(5 * agents.length);
  });
});
