/**
 * Returns the last `width` values as bars of one line, each as high as its share of the highest. Fewer values take as many
 * columns each as there is room for.
 */
export function sparkline(values: readonly number[], width: number, bars: readonly string[]): string {
  const shown = values.slice(-width);
  const columns = Math.max(1, Math.floor(width / Math.max(1, shown.length)));
  const highest = Math.max(0, ...shown);
  const barOf = (value: number) => {
    if (highest === 0 || !Number.isFinite(value)) return bars[0] ?? '';
    return bars[Math.min(bars.length - 1, Math.floor((Math.max(0, value) / highest) * bars.length))] ?? '';
  };
  return shown.map((value) => barOf(value).repeat(columns)).join('');
}
