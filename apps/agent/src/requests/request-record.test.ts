import { expect, it } from 'vitest';
import { requestRecord as schema } from '@portolan/contract/requests';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import { maskAddress, requestRecord, splitHost } from './request-record.ts';
import { finished } from './testing/exchanges.ts';

it('is what the contract describes, whatever the caller sent', () => {
  const long = 'x'.repeat(5000);
  const record = requestRecord(
    finished({
      path: `/${long}`,
      host: long,
      method: long,
      userId: long,
      identity: { kind: 'user', userId: long, email: long, groups: Array.from({ length: 300 }, () => long) },
    }),
  );
  expect(schema.safeParse(record).error).toBeUndefined();
});

it('names API, operation, caller and times', () => {
  const api = { key: 'API/air/flights', kind: 'API', namespace: 'air', name: 'flights' };
  const identity = { kind: 'user', userId: 'u1', email: 'ada@example.com', groups: ['crew'] } as const;
  const operation = { operationId: 'getFlight', method: 'GET', path: '/flights/{id}' };
  expect(requestRecord(finished({ api, operation, identity, userId: 'u1', keyId: 'k1' }))).toMatchObject({
    api: 'air/flights',
    operation: 'GET /flights/{id}',
    user: 'u1',
    email: 'ada@example.com',
    groups: ['crew'],
    key: 'k1',
    durationMs: 12.346,
    client: '192.0.2.0',
  });
});

it.each([
  ['api.example.com', 'api.example.com', null],
  ['api.example.com:8443', 'api.example.com', 8443],
  ['[2001:db8::1]:80', '2001:db8::1', 80],
  ['[2001:db8::1]', '2001:db8::1', null],
  ['', '', null],
])('splits the host %j', (host, name, port) => {
  expect(splitHost(host)).toEqual({ name, port });
});

it('lets no planted secret out', () => {
  const planted = Object.values(SECRET_PREFIXES).map((prefix) => `${prefix}_s3cr3tValue_1`);
  for (const secret of [...planted, 'hunter2hunter2']) {
    const text = JSON.stringify(
      requestRecord(
        finished({
          path: `/login/${planted.includes(secret) ? secret : 'x'};token=1`,
          query: `api_key=${secret}&token=${secret}`,
        }),
      ),
    );
    expect(text).not.toContain(secret);
  }
});

it.each([
  ['192.0.2.77', '192.0.2.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
  ['2001:db8::1', '2001:db8:0::'],
  ['::1', '0:0:0::'],
  ['', ''],
])('masks %s as %s', (address, masked) => {
  expect(maskAddress(address)).toBe(masked);
});
