import { describe, expect, it } from 'vitest';
import { planShedding, weightOf, type Loaded } from './shedding.ts';

const now = new Date('2026-01-01T12:00:00Z');
const broker = (id: string, load: number, more: Partial<Loaded> = {}): Loaded => ({
  id,
  load,
  capacity: 1,
  approvedCapacity: 1,
  shedSteps: 0,
  shedAt: new Date(now.getTime() - 60_000),
  ...more,
});

const none = new Map<string, number>();

describe('shedding', () => {
  it('lowers the weight of a loaded broker step by step, while others have room', () => {
    expect(planShedding([broker('a', 0.9), broker('b', 0.3)], none, now)).toEqual({ more: ['a'], less: [] });
    expect(planShedding([broker('a', 0.9, { shedAt: now }), broker('b', 0.3)], none, now).more).toEqual([]);
    expect(planShedding([broker('a', 0.9, { shedSteps: 8 }), broker('b', 0.3)], none, now).more).toEqual([]);
    expect(weightOf({ capacity: 2, approvedCapacity: 4, shedSteps: 1 })).toBeCloseTo(1.6);
  });

  it('leaves agents where they are when every broker is loaded', () => {
    expect(planShedding([broker('a', 0.9), broker('b', 0.95)], none, now).more).toEqual([]);
  });

  it('lets no broker report itself into more agents than its share', () => {
    expect(weightOf({ capacity: 16, approvedCapacity: 1, shedSteps: 0 })).toBe(1);
    expect(weightOf({ capacity: 16, approvedCapacity: null, shedSteps: 0 })).toBe(0);
    const both = [broker('a', 0.9), broker('liar', 0, { capacity: 16 })];
    const held = (liar: number) =>
      new Map([
        ['a', 10],
        ['liar', liar],
      ]);
    expect(planShedding(both, held(10), now).more).toEqual(['a']);
    expect(planShedding(both, held(31), now).more).toEqual([]);
  });

  it('gives the weight back only after a long rest', () => {
    const rested = new Date(now.getTime() - 11 * 60_000);
    expect(planShedding([broker('a', 0.1, { shedSteps: 2 })], none, now).less).toEqual([]);
    expect(planShedding([broker('a', 0.1, { shedSteps: 2, shedAt: rested })], none, now).less).toEqual(['a']);
    expect(planShedding([broker('a', 0.6, { shedSteps: 2, shedAt: rested })], none, now).less).toEqual([]);
  });
});
