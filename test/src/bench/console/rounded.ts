/** Rounds a figure to two places. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
