import { expect, test } from 'vitest';
import { simulateYear } from './year.ts';

const HOUR_MS = 3600_000;

test.each([
  ['160 hours', 160 * HOUR_MS],
  ['45 days', 45 * 24 * HOUR_MS],
  ['90 days', 90 * 24 * HOUR_MS],
])(
  'a year of certificates of %s: none ends, no limit is exceeded, none is issued in vain',
  (_name, lifeMs) => {
    const report = simulateYear({ certificates: 40, lifeMs, failures: 0.02, seed: 7 });
    expect(report).toMatchObject({ expired: 0, limited: 0 });
    expect(report.issuedPerNeeded).toBeLessThan(1.1);
  },
);
