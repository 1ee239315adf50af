/**
 * Returns milliseconds of the monotonic clock, which all threads of a process share (`performance.now` begins with each
 * thread) and steps of the time of day do not move.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
