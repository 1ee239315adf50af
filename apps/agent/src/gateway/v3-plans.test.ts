import { describe, expect, it } from 'vitest';
import { api, application, object, startV3 } from './testing/v3-cluster.ts';

const plan = (name: string, spec: string): string => object('APIPlan', name, `{title: ${name}, ${spec}}`);
const subscription = (name: string, spec: string): string => object('ManagedSubscription', name, `{${spec}}`);
const five = plan('five', 'quota: {limit: 5, period: 24h}');

describe('plans', () => {
  const subscribed = (name: string, planName: string, more = ''): string =>
    subscription(
      name,
      `apis: [{name: stops}], apiPlan: {name: ${planName}}, managedApplications: [{name: mobile}]${more}`,
    );
  const base = api('stops') + api('lines') + five + application('mobile') + application('web');

  it('count down, refuse at none, and do not count what they refuse; a changed plan applies to what was counted', async () => {
    const { get, apply } = await startV3(base + subscribed('s', 'five'));
    const seen = [];
    for (let i = 0; i < 7; i++) seen.push(await get('/stops', 'mobile-key'));
    expect(seen).toEqual([
      '200, quota 4',
      '200, quota 3',
      '200, quota 2',
      '200, quota 1',
      '200, quota 0',
      '429, quota 0',
      '429, quota 0',
    ]);
    apply(base + plan('more', 'quota: {limit: 500, period: 24h}') + subscribed('s', 'more'));
    expect(await get('/stops', 'mobile-key')).toEqual('200, quota 494');
  });

  it('with a rate and a quota send both, and count neither when one refuses', async () => {
    const both = plan('both', 'rateLimit: {limit: 2, period: 1h}, quota: {limit: 9, period: 24h}');
    const { get, apply } = await startV3(base + both + subscribed('s', 'both'));
    expect(await get('/stops', 'mobile-key')).toEqual('200, rate 1, quota 8');
    expect(await get('/stops', 'mobile-key')).toEqual('200, rate 0, quota 7');
    expect(await get('/stops', 'mobile-key')).toEqual('429, rate 0, quota 7');
    // Two of four tokens are gone, as two of two were.
    apply(
      base +
        plan('both', 'rateLimit: {limit: 4, period: 1h}, quota: {limit: 9, period: 24h}') +
        subscribed('s', 'both'),
    );
    expect(await get('/stops', 'mobile-key')).toEqual('200, rate 1, quota 6');
  });

  it('of nothing refuse every request; a plan without limits refuses none and says nothing', async () => {
    const { get, apply } = await startV3(
      base + plan('none', 'quota: {limit: 0, period: 1h}') + subscribed('s', 'none'),
    );
    expect(await get('/stops', 'mobile-key')).toEqual('429, quota 0');
    const problems = apply(base + object('APIPlan', 'none', '{title: free}') + subscribed('s', 'none'));
    expect(await get('/stops', 'mobile-key')).toEqual('200');
    expect(problems).toContainEqual(expect.stringContaining('sets neither rateLimit nor quota'));
  });

  it('that do not exist give no access, rather than access without limits', async () => {
    const { get } = await startV3(base + subscribed('s', 'lost'));
    expect(await get('/stops', 'mobile-key')).toEqual('403');
  });

  it.each([
    ['by weight', ', weight: 1', '', '4'],
    ['by the other weight', '', ', weight: 7', '49'],
    ['by name when weights are equal', '', '', '4'],
  ])('are chosen %s', async (_name, first, second, left) => {
    const { get } = await startV3(
      base +
        plan('fifty', 'quota: {limit: 50, period: 1h}') +
        subscribed('a', 'five', first) +
        subscribed('b', 'fifty', second),
    );
    expect(await get('/stops', 'mobile-key')).toEqual(`200, quota ${left}`);
  });

  const both = 'apis: [{name: stops}, {name: lines}], managedApplications: [{name: mobile}, {name: web}]';
  it.each([
    ['subscription', '4 3 2'],
    ['application-api', '4 4 4'],
    ['application', '4 3 4'],
  ])('count by %s', async (bucket, expected) => {
    const { get } = await startV3(
      base +
        plan('p', `quota: {limit: 5, period: 1h, bucket: ${bucket}}`) +
        subscription('s', `${both}, apiPlan: {name: p}`),
    );
    const left = [
      await get('/stops', 'mobile-key'),
      await get('/lines', 'mobile-key'),
      await get('/stops', 'web-key'),
    ];
    expect(left).toEqual(expected.split(' ').map((one) => `200, quota ${one}`));
  });

  it('count the APIs of a bundle as one', async () => {
    const { get } = await startV3(
      base +
        plan('p', 'quota: {limit: 5, period: 1h, bucket: application-api}') +
        object('APIBundle', 'all', '{apiSelector: {}}') +
        subscription(
          's',
          'apiBundles: [{name: all}], apiPlan: {name: p}, managedApplications: [{name: mobile}]',
        ),
    );
    expect(await get('/stops', 'mobile-key')).toEqual('200, quota 4');
    expect(await get('/lines', 'mobile-key')).toEqual('200, quota 3');
  });

  it('begin anew under another subscription', async () => {
    const { get, apply } = await startV3(base + subscribed('b', 'five'));
    await get('/stops', 'mobile-key');
    expect(await get('/stops', 'mobile-key')).toEqual('200, quota 3');
    apply(base + subscribed('b', 'five') + subscribed('c', 'five', ', weight: 2'));
    expect(await get('/stops', 'mobile-key')).toEqual('200, quota 4');
  });
});
