import { usageFailure } from '@portolan/console/failure';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90s`, `10m`, `2h`, `30d` as seconds; a number alone is in the unit named. */
export function readSeconds(text: string, flag: string, unit: 's' | 'd'): number {
  const [, digits, given = unit] = /^(\d+(?:\.\d+)?)([smhdw])?$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[given] ?? 0);
  if (!(seconds > 0) || seconds > 100 * 365 * 86_400)
    throw usageFailure(`--${flag} cannot be "${text}".`, 'Write it like 90s, 10m, 2h or 30d.');
  return seconds;
}

/** A moment that far from now. */
export function momentIn(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
