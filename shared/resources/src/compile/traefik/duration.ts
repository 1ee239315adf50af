import { parseDurationNanos } from '../../validate/go-duration.ts';
import type { Fault } from '../unit.ts';

/** A Traefik duration in milliseconds: Go's form, or a number of seconds. */
export function durationMs(value: string | number | undefined, fallback: number): number {
  return value === undefined ? fallback : (readDuration(value) ?? fallback);
}

/** What is wrong with a duration, if anything. */
export function durationFaults(field: string, value: string | number | undefined): Fault[] {
  if (value === undefined || readDuration(value) !== null) return [];
  return [
    {
      code: 'invalid',
      field,
      message: `"${value}" is not a valid duration`,
      fix: 'write it like 10s, 1m30s or 500ms',
    },
  ];
}

function readDuration(value: string | number): number | null {
  if (typeof value === 'number') return value < 0 ? null : value * 1000;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const nanos = parseDurationNanos(value);
  return nanos === null || nanos < 0n ? null : Number(nanos) / 1e6;
}
