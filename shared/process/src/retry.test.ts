import { assert, double, nat, property } from 'fast-check';
import { expect, it } from 'vitest';
import { Backoff, fullJitter, retry } from './retry.ts';

it('waits at random below a bound that doubles up to the cap', () => {
  const options = { baseMs: 100, capMs: 1000 };
  const bounds = [0, 1, 2, 3, 4, 50].map((attempt) => fullJitter(options, attempt, () => 1));
  expect(bounds).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(fullJitter(options, 3, () => 0)).toBe(0);
  expect(fullJitter({ ...options, floor: 0.1 }, 3, () => 0)).toBe(80);
});

it('stays between floor and cap after any number of failures', () => {
  assert(
    property(nat(5000), double({ min: 0, max: 1, noNaN: true }), (attempt, floor) => {
      const waitMs = fullJitter({ baseMs: 10, capMs: 700, floor }, attempt);
      expect(waitMs).toBeGreaterThanOrEqual(10 * floor * (attempt === 0 ? 1 : 0));
      expect(waitMs).toBeLessThanOrEqual(700);
    }),
  );
});

it('starts again with the shortest wait after a success', () => {
  const backoff = new Backoff({ baseMs: 8, capMs: 1_000_000, floor: 1 });
  expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([8, 16, 32]);
  backoff.reset();
  expect(backoff.next()).toBe(8);
});

it('tries until an attempt resolves', async () => {
  let attempts = 0;
  const result = await retry(
    async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('again');
      return attempts;
    },
    { baseMs: 1, capMs: 1, attemptsMax: 5, signal: new AbortController().signal },
  );
  expect(result).toBe(3);
});

it('throws the last error when attempts are used up or one is final', async () => {
  let attempts = 0;
  const failing = () => Promise.reject(new Error(`attempt ${(attempts += 1)}`));
  const options = { baseMs: 1, capMs: 1, attemptsMax: 2, signal: new AbortController().signal };
  await expect(retry(failing, options)).rejects.toThrow('attempt 2');
  await expect(retry(failing, { ...options, isRetryable: () => false })).rejects.toThrow('attempt 3');
});

it('ends a wait when its signal aborts', async () => {
  const stop = new AbortController();
  const retrying = retry(() => Promise.reject(new Error('down')), {
    baseMs: 60_000,
    capMs: 60_000,
    floor: 1,
    attemptsMax: 9,
    signal: stop.signal,
  });
  stop.abort(new Error('stopping'));
  await expect(retrying).rejects.toThrow('stopping');
});
