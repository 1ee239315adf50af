import { describe, expect, it } from 'vitest';
import { simulatePlacement } from './simulate-placement.ts';

describe('simulatePlacement', () => {
  const report = simulatePlacement({ brokers: 12, regions: 4, agents: 5_000, failure: 0.2, trials: 4_000 });

  it('finds the load balanced and no needless move', () => {
    expect(report.balance.maxToMean).toBeLessThan(1.1);
    for (const move of Object.values(report.moves)) expect(move).toMatchObject({ ratio: 1 });
  });

  it('agrees with itself on who is cut off: p to the number of regions', () => {
    const [three, four] = report.cutOff;
    expect(three?.exact).toBeCloseTo(0.2 ** 3);
    expect(four?.exact).toBeCloseTo(0.2 ** 4);
    expect(three?.monteCarlo).toBeGreaterThan(0.2 ** 3 * 0.7);
    expect(three?.monteCarlo).toBeLessThan(0.2 ** 3 * 1.3);
  });
});
