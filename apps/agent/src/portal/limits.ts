import type { Limit } from '@portolan/resources/model/model';
import { formatNumber } from './formats.ts';

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1000 },
] as const;

/** Returns a limit in words: `100 requests per minute`. */
export function describeLimit(
  { limit, periodMs }: Pick<Limit, 'limit' | 'periodMs'>,
  locale: string,
): string {
  const unit = UNITS.find(({ ms }) => periodMs >= ms && periodMs % ms === 0);
  const period =
    unit === undefined
      ? `${formatNumber(periodMs, locale)} milliseconds`
      : periodMs === unit.ms
        ? unit.name
        : `${formatNumber(periodMs / unit.ms, locale)} ${unit.name}s`;
  return `${formatNumber(limit, locale)} ${limit === 1 ? 'request' : 'requests'} per ${period}`;
}

/** Writes a period as a duration string of Go (`30s`, `1h`). */
export function goDuration(periodMs: number): string {
  const [hours, minutes, seconds] = [
    Math.floor(periodMs / 3_600_000),
    Math.floor((periodMs % 3_600_000) / 60_000),
    (periodMs % 60_000) / 1000,
  ];
  const text = `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}`;
  return text === '' ? '0s' : text;
}

/** Returns a duration in words, rounded up: `12 seconds`, `3 minutes`, `2 hours`. */
export function describeDuration(ms: number, locale: string): string {
  const wholeMs = Math.max(1, Math.ceil(ms / 1000)) * 1000;
  const unit = UNITS.find((each) => wholeMs >= each.ms) ?? { name: 'second', ms: 1000 };
  const count = Math.ceil(wholeMs / unit.ms);
  return `${formatNumber(count, locale)} ${unit.name}${count === 1 ? '' : 's'}`;
}
