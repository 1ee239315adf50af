import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeTunnels, type PlacementBroker } from './placement.ts';

const fleet = (regions: number, perRegion: number): PlacementBroker[] =>
  Array.from({ length: regions * perRegion }, (_, index) => ({
    id: `broker-${index}`,
    region: `region-${index % regions}`,
    weight: 1,
  }));
const regionsOf = (ids: readonly string[], brokers: readonly PlacementBroker[]) =>
  new Set(ids.map((id) => brokers.find((broker) => broker.id === id)?.region)).size;
const brokersArbitrary = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{1,6}$/),
    region: fc.constantFrom('a', 'b', 'c', 'd'),
    weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
  }),
  { selector: (broker) => broker.id, minLength: 1, maxLength: 12 },
);

describe('placeTunnels', () => {
  it('chooses different brokers, in as many regions as there are', () => {
    fc.assert(
      fc.property(fc.string(), brokersArbitrary, fc.integer({ min: 1, max: 8 }), (agent, brokers, wanted) => {
        const chosen = placeTunnels(agent, brokers, wanted);
        expect(new Set(chosen).size).toBe(Math.min(wanted, brokers.length));
        const regions = new Set(brokers.map((broker) => broker.region)).size;
        expect(regionsOf(chosen, brokers)).toBe(Math.min(wanted, regions));
      }),
    );
  });

  it('moves exactly one tunnel of an agent whose broker goes, and none of the others', () => {
    fc.assert(
      fc.property(fc.string(), brokersArbitrary, fc.nat(), (agent, brokers, pick) => {
        const before = placeTunnels(agent, brokers, 3);
        const lost = brokers[pick % brokers.length]!.id;
        const after = placeTunnels(
          agent,
          brokers.filter((broker) => broker.id !== lost),
          3,
        );
        const kept = before.filter((id) => after.includes(id));
        expect(kept).toEqual(expect.arrayContaining(before.filter((id) => id !== lost)));
      }),
    );
  });

  it('moves tunnels only away from a broker whose weight falls', () => {
    const brokers = fleet(4, 4);
    const lowered = brokers.map((broker, index) => (index === 5 ? { ...broker, weight: 0.5 } : broker));
    const moved: string[] = [];
    for (let agent = 0; agent < 2000; agent += 1) {
      const after = placeTunnels(`agent-${agent}`, lowered, 3);
      moved.push(...placeTunnels(`agent-${agent}`, brokers, 3).filter((id) => !after.includes(id)));
    }
    expect(moved.length).toBeGreaterThan(50);
    expect(new Set(moved)).toEqual(new Set(['broker-5']));
  });

  it('shares agents out by weight', () => {
    const brokers = fleet(12, 4).map((broker, index) => ({ ...broker, weight: index < 12 ? 2 : 1 }));
    const counts = new Map<string, number>();
    for (let agent = 0; agent < 20_000; agent += 1) {
      for (const id of placeTunnels(`agent-${agent}`, brokers, 3)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const heavy = counts.get('broker-3') ?? 0;
    const light = counts.get('broker-40') ?? 0;
    expect(heavy / light).toBeGreaterThan(1.7);
    expect(heavy / light).toBeLessThan(2.3);
  });

  it('places nothing on a broker without weight', () => {
    expect(placeTunnels('agent', [{ id: 'a', region: 'r', weight: 0 }], 3)).toEqual([]);
  });
});
