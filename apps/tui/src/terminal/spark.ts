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

/** Returns bars over several rows, the top one first, as wide as there is room for. */
export function barChart(
  values: readonly number[],
  { width, rows }: { readonly width: number; readonly rows: number },
  bars: readonly string[],
): readonly string[] {
  const shown = values.slice(-width);
  const columns = Math.max(1, Math.floor(width / Math.max(1, shown.length)));
  const highest = Math.max(0, ...shown);
  const [lowest = '', full = ''] = [bars[0], bars.at(-1)];
  return Array.from({ length: rows }, (_, row) => {
    const isBottom = row === rows - 1;
    const cellOf = (value: number): string => {
      const level =
        highest === 0 || !Number.isFinite(value)
          ? 0
          : (Math.max(0, value) / highest) * rows - (rows - 1 - row);
      if (level >= 1) return full;
      // The lowest bar keeps time: a minute without requests has its place.
      if (level <= 0) return isBottom ? lowest : ' ';
      return bars[Math.min(bars.length - 1, Math.floor(level * bars.length))] ?? full;
    };
    return shown.map((value) => cellOf(value).repeat(columns)).join('');
  });
}
