const MINUTE_MS = 60_000;

/** One entry for each of the last `count` complete minutes; minutes without a point are null, so that a graph keeps time. */
export function lastMinutes<T>(
  points: readonly T[],
  timeOf: (point: T) => string,
  options: { now: number; count: number },
): readonly (T | null)[] {
  const end = Math.floor(options.now / MINUTE_MS);
  const byMinute = new Map(points.map((point) => [Math.floor(Date.parse(timeOf(point)) / MINUTE_MS), point]));
  return Array.from({ length: options.count }, (_, at) => byMinute.get(end - options.count + at) ?? null);
}
