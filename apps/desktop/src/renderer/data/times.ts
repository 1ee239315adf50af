import { preferences } from '../preferences/preferences.ts';
import { createStore, useStore } from '../preferences/store.ts';

const TICK_MS = 10_000;
const now = createStore(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;
let users = 0;

const ticking = {
  get: now.get,
  set: now.set,
  subscribe(listener: () => void) {
    users += 1;
    timer ??= setInterval(() => now.set(Date.now()), TICK_MS);
    const off = now.subscribe(listener);
    return () => {
      off();
      users -= 1;
      if (users > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  },
};

/** Returns the time in milliseconds, every ten seconds: what is relative to it keeps up. */
export function useNow(): number {
  return useStore(ticking);
}

/** Formats by their options: making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats a date in local time or UTC, as the person prefers. */
function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  const zoned = preferences.get().times === 'utc' ? { ...options, timeZone: 'UTC' } : options;
  const key = JSON.stringify(zoned);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(undefined, zoned);
  formats.set(key, known);
  return known.format(date);
}

/** Returns a date and time to the second with its zone, in local time or UTC as the person prefers. */
export function absoluteTime(value: string | number): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  return format(date, { dateStyle: 'medium', timeStyle: 'long' });
}

/** Returns the hour and minute, in local time or UTC as the person prefers. */
export function clockTime(value: number): string {
  return format(new Date(value), { hour: '2-digit', minute: '2-digit' });
}

/** Returns the time of day to the second, in local time or UTC as the person prefers; with the date when it is not today's. */
export function secondTime(value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? {} : ({ month: 'short', day: '2-digit' } as const);
  return format(date, { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}
