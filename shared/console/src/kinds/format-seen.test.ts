import { expect, test } from 'vitest';
import { formatLastSeen, formatSeen } from './format.ts';

const now = Date.parse('2026-12-01T10:02:00.000Z');
const lastSeenAt = '2026-12-01T10:00:00.000Z';

test.each(['live', 'draining', 'connected', 'degraded'])('what is %s is seen now', (state) => {
  expect(formatSeen({ state, lastSeenAt }, now)).toBe('now');
  expect(formatLastSeen({ state, lastSeenAt }, now)).toBe('now');
});

test.each(['down', 'disconnected'])('what is %s was seen some time ago', (state) => {
  expect(formatSeen({ state, lastSeenAt }, now)).toBe('2m');
  expect(formatLastSeen({ state, lastSeenAt }, now)).toMatch(/ \(2m ago\)$/);
});

test('what never connected was never seen', () => {
  expect(formatSeen({ state: 'never-connected', lastSeenAt: null }, now)).toBe('–');
  expect(formatLastSeen({ state: 'never-connected', lastSeenAt: null }, now)).toBe('never');
});
