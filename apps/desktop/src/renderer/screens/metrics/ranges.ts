export interface Range {
  readonly id: string;
  readonly label: string;
  readonly ms: number;
  readonly step: '1m' | '10m' | '1h' | '1d';
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const RANGES: readonly Range[] = [
  { id: '15m', label: 'Last 15 minutes', ms: 15 * MINUTE, step: '1m' },
  { id: '30m', label: 'Last 30 minutes', ms: 30 * MINUTE, step: '1m' },
  { id: '3h', label: 'Last 3 hours', ms: 3 * HOUR, step: '1m' },
  { id: '24h', label: 'Last 24 hours', ms: DAY, step: '10m' },
  { id: '7d', label: 'Last 7 days', ms: 7 * DAY, step: '1h' },
  { id: '30d', label: 'Last 30 days', ms: 30 * DAY, step: '1d' },
  { id: '90d', label: 'Last 90 days', ms: 90 * DAY, step: '1d' },
  { id: '365d', label: 'Last year', ms: 365 * DAY, step: '1d' },
];

const STEP_MS: Readonly<Record<Range['step'], number>> = {
  '1m': MINUTE,
  '10m': 10 * MINUTE,
  '1h': HOUR,
  '1d': DAY,
};

/** Part of time that is shown, in steps. */
export interface Span {
  readonly from: number;
  readonly until: number;
  readonly step: Range['step'];
}

/** Returns the span of a range up to now, or of a part that was marked, whose step fits its length. */
export function spanOf(
  range: string | undefined,
  marked: readonly [number, number] | null,
  now: number,
): Span {
  if (marked !== null) {
    const [from, until] = marked;
    const fitting = RANGES.find(({ ms }) => ms >= until - from) ?? RANGES.at(-1);
    return { from, until, step: fitting?.step ?? '1d' };
  }
  const { ms, step } = RANGES.find(({ id }) => id === range) ?? { ms: 30 * MINUTE, step: '1m' as const };
  return { from: now - ms, until: now, step };
}

/** Returns the span of the same length before. */
export function spanBefore({ from, until, step }: Span): Span {
  return { from: from - (until - from), until: from, step };
}

/** Returns the beginnings of all steps of a span, whether anything was measured in them or not. */
export function stepsOf({ from, until, step }: Span): readonly number[] {
  const size = STEP_MS[step];
  const first = Math.ceil(from / size) * size;
  const count = Math.max(0, Math.floor((until - first) / size) + 1);
  return Array.from({ length: count }, (_, at) => first + at * size);
}
