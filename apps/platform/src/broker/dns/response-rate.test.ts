import { expect, test } from 'vitest';
import { ResponseRate } from './response-rate.ts';

test('a network above its limit gets truncated responses and silence by turns, others are not affected', () => {
  const rate = new ResponseRate(3);
  const decisions = Array.from({ length: 7 }, () => rate.decide('192.0.2.1', 10_000));
  expect(decisions).toEqual(['whole', 'whole', 'whole', 'truncated', 'none', 'truncated', 'none']);
  expect(rate.decide('192.0.2.2', 10_000)).toBe('whole');
  expect(rate.decide('192.0.2.1', 11_000)).toBe('whole');
});

test('addresses of one IPv6 network share a limit', () => {
  const rate = new ResponseRate(1);
  expect(rate.decide('2001:db8::1', 0)).toBe('whole');
  expect(rate.decide('2001:db8::2', 0)).not.toBe('whole');
  expect(rate.decide('2001:db8:0:1::1', 0)).toBe('whole');
});

test('forged sources of a flood are counted in bounded memory', () => {
  const rate = new ResponseRate(1);
  const whole = Array.from({ length: 30_000 }, (_, at) =>
    rate.decide(`10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`, 0),
  ).filter((decision) => decision === 'whole');
  expect(whole.length).toBe(10_001);
});
