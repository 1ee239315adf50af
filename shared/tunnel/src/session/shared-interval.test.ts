import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leaveInterval, joinInterval } from './shared-interval.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function counter() {
  const watched = { ticks: 0, tick: () => void watched.ticks++ };
  return watched;
}

describe('rhythm', () => {
  it('ticks all with one period by one timer, and stops it with the last of them', () => {
    const [a, b] = [counter(), counter()];
    joinInterval(100, a);
    joinInterval(100, b);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(250);
    leaveInterval(100, a);
    vi.advanceTimersByTime(250);
    expect([a.ticks, b.ticks]).toEqual([2, 5]);
    leaveInterval(100, b);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets a member leave, and others join, while it ticks', () => {
    const late = counter();
    const once = {
      tick: () => {
        leaveInterval(50, once);
        joinInterval(50, late);
      },
    };
    const other = counter();
    joinInterval(50, once);
    joinInterval(50, other);
    vi.advanceTimersByTime(150);
    expect(other.ticks).toBe(3);
    expect(late.ticks).toBeGreaterThanOrEqual(2);
    leaveInterval(50, late);
    leaveInterval(50, other);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('makes up for a late tick, but not for a process that stood still', () => {
    const watched = counter();
    joinInterval(100, watched);
    const start = performance.now();
    const now = vi.spyOn(performance, 'now');
    now.mockReturnValue(start + 350);
    vi.runOnlyPendingTimers();
    vi.advanceTimersByTime(2);
    expect(watched.ticks).toBe(3);
    now.mockReturnValue(start + 60_000);
    vi.runOnlyPendingTimers();
    vi.advanceTimersByTime(2);
    expect(watched.ticks).toBe(4);
    leaveInterval(100, watched);
    vi.restoreAllMocks();
  });
});
