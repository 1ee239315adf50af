import { describe, expect, it } from 'vitest';
import { LiveTail } from './live-tail.ts';
import { RequestLog } from './request-log.ts';
import { finished } from './testing/exchanges.ts';

describe('a list', () => {
  it('has each request once, in the order and number asked for', () => {
    const log = new RequestLog();
    for (const durationMs of [3, 1, 2]) log.record(finished({ durationMs, status: 500 + durationMs }));
    const { requests, matched, total } = log.list({ sort: '-duration', limit: 2 });
    expect(requests.map(({ durationMs }) => durationMs)).toEqual([3, 2]);
    expect({ matched, total }).toEqual({ matched: 3, total: 3 });
    expect(log.list({ filter: 'status=501', sort: '-time', limit: 9 })).toMatchObject({
      matched: 1,
      total: 3,
    });
  });

  it('finds a slow request long after a thousand others', () => {
    const log = new RequestLog();
    const slow = finished({ durationMs: 9_999, startedAt: Date.now() });
    log.record(slow);
    for (let count = 0; count < 5_000; count++)
      log.record(finished({ durationMs: 1, startedAt: Date.now() }));
    const { requests, total } = log.list({ sort: '-duration', limit: 1 });
    expect(requests[0]?.id).toBe(slow.requestId);
    expect(total).toBeLessThan(1_100);
  });
});

describe('a tail', () => {
  const identity = { kind: 'user', userId: 'u1', email: 'ada@example.com', groups: ['crew'] } as const;

  it.each([
    ['', 4],
    ['status>=400 status<500', 2],
    ['user=ada@example.com', 1],
    ['user=u1', 1],
    ['api=flights', 1],
    ['api=air/flights', 1],
    ['operation="GET /flights/{id}"', 1],
    ['duration>500ms', 1],
    ['reason=rate-limited', 1],
    ['group=crew !status=200', 0],
    ['flights/8', 1],
  ])('with the filter %j gets %i of four', (filter, count) => {
    const log = new RequestLog();
    const tail = new LiveTail({ filter, sample: 1 }, Date.now());
    log.follow(tail);
    log.record(
      finished({
        identity,
        userId: 'u1',
        api: { key: 'k', kind: 'API', namespace: 'air', name: 'flights' },
        operation: { operationId: null, method: 'GET', path: '/flights/{id}' },
      }),
    );
    log.record(finished({ status: 429, refusal: 'rate-limited', source: 'gateway' }));
    log.record(finished({ status: 404, path: '/flights/8' }));
    log.record(finished({ status: 502, durationMs: 501 }));
    expect(tail.take().requests).toHaveLength(count);
  });

  it('sends two hundred lines a second and counts the rest', () => {
    const tail = new LiveTail({ filter: '', sample: 1 }, Date.now());
    const log = new RequestLog();
    const unfollow = log.follow(tail);
    const record = log.list({ sort: '-time', limit: 1 });
    expect(record.requests).toEqual([]);
    log.record(finished());
    const [one] = tail.take().requests;
    if (one === undefined) throw new Error('nothing was followed');
    for (let sent = 0; sent < 5_000; sent++) tail.offer(one, 10_000_000);
    expect(tail.take()).toMatchObject({ requests: { length: 200 }, dropped: 4_800 });
    tail.offer(one, 10_001_000);
    expect(tail.take()).toMatchObject({ requests: { length: 1 }, dropped: 0 });
    unfollow();
    log.record(finished());
    expect(tail.hasNews).toBe(false);
  });

  it('shows one of so many', () => {
    const tail = new LiveTail({ filter: '', sample: 10 }, Date.now());
    const log = new RequestLog();
    log.follow(tail);
    for (let count = 0; count < 100; count++) log.record(finished());
    expect(tail.take()).toMatchObject({ requests: { length: 10 }, dropped: 0 });
  });

  it('is refused with a regular expression, which could stop the gateway', () => {
    expect(() => new LiveTail({ filter: 'path~"(a+)+$"', sample: 1 }, 0)).toThrow(/regular expressions/);
    expect(() => new LiveTail({ filter: 'cookie=1', sample: 1 }, 0)).toThrow(/cookie/);
  });
});
