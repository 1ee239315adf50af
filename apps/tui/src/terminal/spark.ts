/** The last `width` values as bars of one line, each as high as its share of the highest. */
export function sparkline(values: readonly number[], width: number, bars: readonly string[]): string {
  const shown = values.slice(-width);
  const highest = Math.max(0, ...shown);
  return shown
    .map((value) => {
      if (highest === 0 || !Number.isFinite(value)) return bars[0] ?? '';
      return bars[Math.min(bars.length - 1, Math.floor((Math.max(0, value) / highest) * bars.length))] ?? '';
    })
    .join('');
}
