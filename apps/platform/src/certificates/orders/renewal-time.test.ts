import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextAttempt, nextLook, planRenewal } from './renewal-time.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const start = new Date('2026-01-01T00:00:00Z');
const lifeOf = (ms: number) => ({ notBefore: start, notAfter: new Date(start.getTime() + ms) });
const at = (ms: number) => new Date(start.getTime() + ms);

describe('planRenewal', () => {
  test.each([
    [90 * DAY_MS, 60 * DAY_MS],
    [45 * DAY_MS, 30 * DAY_MS],
    [160 * HOUR_MS, 80 * HOUR_MS],
  ])('goes by the life of the certificate itself: %d ms', (lifeMs, renewalMs) => {
    expect(planRenewal(lifeOf(lifeMs), null, null, 0).renewAt).toEqual(at(renewalMs));
  });

  test('keeps the chosen time while the window is the same, and chooses again when it moves', () => {
    const window = { start: at(10 * DAY_MS), end: at(12 * DAY_MS) };
    const first = planRenewal(lifeOf(45 * DAY_MS), window, null, 0.5);
    expect(first.renewAt).toEqual(at(11 * DAY_MS));
    const again = planRenewal(lifeOf(45 * DAY_MS), { ...window }, first, 0.9);
    expect(again.renewAt).toEqual(first.renewAt);
    const past = { start: at(0), end: at(HOUR_MS) };
    expect(planRenewal(lifeOf(45 * DAY_MS), past, first, 0.5).renewAt).toEqual(at(HOUR_MS / 2));
  });

  test('never waits for a window into the last part of a life', () => {
    const window = { start: at(100 * DAY_MS), end: at(200 * DAY_MS) };
    expect(planRenewal(lifeOf(40 * DAY_MS), window, null, 1).renewAt).toEqual(at(38 * DAY_MS));
  });

  test('plans every renewal before the end, at any random number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: HOUR_MS, max: 400 * DAY_MS }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ms, random) => {
          const life = lifeOf(ms);
          expect(planRenewal(life, null, null, random).renewAt < life.notAfter).toBe(true);
        },
      ),
    );
  });
});

describe('nextLook', () => {
  const life = lifeOf(45 * DAY_MS);
  test('asks for renewal information at least every six hours', () => {
    expect(nextLook(life, at(30 * DAY_MS), null, at(0))).toEqual(at(6 * HOUR_MS));
  });
  test('honours Retry-After, but not beyond the renewal', () => {
    expect(nextLook(life, at(30 * DAY_MS), at(20 * HOUR_MS), at(0))).toEqual(at(20 * HOUR_MS));
    expect(nextLook(life, at(HOUR_MS), at(20 * HOUR_MS), at(0))).toEqual(at(HOUR_MS));
  });
});

describe('nextAttempt', () => {
  test('waits 1, 10, 100 minutes, then a day', () => {
    const waits = [1, 2, 3, 4, 9].map(
      (failures) => nextAttempt(failures, null, start).getTime() - start.getTime(),
    );
    expect(waits).toEqual([60_000, 600_000, 6_000_000, DAY_MS, DAY_MS]);
  });
  test('tries more often where the certificate would end', () => {
    expect(nextAttempt(5, at(10 * HOUR_MS), start)).toEqual(at(HOUR_MS));
    expect(nextAttempt(5, at(60_000), start)).toEqual(at(60_000));
  });
});
