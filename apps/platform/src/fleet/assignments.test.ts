import { describe, expect, it } from 'vitest';
import type { BrokerRow } from './broker-store.ts';
import { wantedBrokers } from './assignments.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const broker = (id: string, more: Partial<BrokerRow> = {}) =>
  ({
    id,
    region: `region-${id}`,
    capacity: 1,
    approvedCapacity: 1,
    shedSteps: 0,
    state: 'live',
    downAt: null,
    drainedAt: null,
    ...more,
  }) as BrokerRow;
const four = (more: Record<string, Partial<BrokerRow>>) =>
  ['a', 'b', 'c', 'd'].map((id) => broker(id, more[id] ?? {}));
const wanted = (brokers: readonly BrokerRow[], current: readonly string[]) =>
  wantedBrokers('cluster', brokers, { current, wanted: 3, now }).toSorted();

describe('wantedBrokers', () => {
  const place = wanted(four({}), []);
  const [first = '', ...others] = place;
  const spare = ['a', 'b', 'c', 'd'].find((id) => !place.includes(id)) ?? '';

  it('leaves a draining broker at once, where another can take its place', () => {
    expect(wanted(four({ [first]: { state: 'draining' } }), place)).toEqual([spare, ...others].toSorted());
  });

  it('waits a moment for one that is down, then leaves it', () => {
    const down = (secondsAgo: number) =>
      four({ [first]: { state: 'down', downAt: new Date(now - secondsAgo * 1000) } });
    expect(wanted(down(5), place)).toEqual(place);
    expect(wanted(down(15), place)).toEqual([spare, ...others].toSorted());
  });

  it('keeps the place it has where too few brokers are live', () => {
    const brokers = four({ [first]: { state: 'down', downAt: new Date(0) } }).filter(
      ({ id }) => id !== spare,
    );
    expect(wanted(brokers, place)).toEqual(place);
  });
});
