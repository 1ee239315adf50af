import { describe, expect, it } from 'vitest';
import type { IpStrategy, MiddlewareSpec } from '@portolan/resources/model/middleware';
import { model, route, service } from '../testing/models.ts';
import { ask, echo, startGateway } from '../testing/servers.ts';

const PEER: IpStrategy = { depth: 0, excludedIPs: [], ipv6Subnet: null };

describe('addresses in X-Forwarded-For', () => {
  const serving = async (middlewares: readonly MiddlewareSpec[]) =>
    startGateway(model([route({ middlewares })], [service('up', await echo())]), {
      trustedProxies: ['127.0.0.1'],
    });
  const statuses = async (port: number, hops: readonly string[]): Promise<number[]> => {
    const found: number[] = [];
    for (const hop of hops) found.push((await ask(port, { headers: { 'x-forwarded-for': hop } })).status);
    return found;
  };
  const limit = (ip: typeof PEER): MiddlewareSpec => ({
    kind: 'rateLimit',
    average: 1,
    periodMs: 60_000,
    burst: 1,
    key: { kind: 'ip', ip },
  });

  it.each([
    ['ports', ['203.0.113.7:50001', '203.0.113.7:50002', '203.0.113.7']],
    [
      'spellings of IPv6',
      ['2001:db8::1', '2001:DB8::1', '2001:db8:0::1', '2001:0db8::0001', '[2001:db8::1]:443'],
    ],
    ['mapped IPv4', ['198.51.100.9', '::ffff:c633:6409', '::FFFF:198.51.100.9', '[::ffff:198.51.100.9]:8']],
    ['what is no address', ['unknown', '_hidden', 'a', 'b']],
  ])('are one caller whatever the %s', async (_name, hops) => {
    const { port } = await serving([limit({ ...PEER, depth: 1 })]);
    const [first, ...others] = await statuses(port, hops);
    expect(first).toBe(200);
    for (const status of others) expect(status).toBe(429);
  });

  it('are compared with ranges as addresses', async () => {
    const list: MiddlewareSpec = {
      kind: 'ipAllowList',
      sourceRange: ['203.0.113.0/24', '2001:db8::/32'],
      rejectStatusCode: 403,
      ip: { ...PEER, depth: 1 },
    };
    const { port } = await serving([list]);
    const good = ['203.0.113.7:51234', '[2001:db8::17]:443', '[2001:db8::17]', '::ffff:203.0.113.7'];
    expect(await statuses(port, good)).toEqual([200, 200, 200, 200]);
    expect(await statuses(port, ['198.51.100.1:1', 'unknown', '[::1]'])).toEqual([403, 403, 403]);
  });

  it('of a proxy are excluded with its port too', async () => {
    const { port } = await serving([limit({ ...PEER, excludedIPs: ['10.0.0.0/8'] })]);
    const hops = ['203.0.113.7, 10.0.0.9:40001', '203.0.113.7, 10.0.0.9:40002', '203.0.113.7'];
    expect(await statuses(port, hops)).toEqual([200, 429, 429]);
  });
});
