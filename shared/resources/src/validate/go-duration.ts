const NANOS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
// Words of the API server's `duration` format: each unit by its names, the last of which may go on (`2 days`).
const WORDS: readonly (readonly [names: readonly string[], nanos: bigint])[] = [
  [['ns', 'nano'], 1n],
  [['us', 'µs', 'micro'], 1_000n],
  [['ms', 'milli'], 1_000_000n],
  [['s', 'sec'], 1_000_000_000n],
  [['m', 'min'], 60_000_000_000n],
  [['h', 'hr', 'hour'], 3_600_000_000_000n],
  [['d', 'day'], 86_400_000_000_000n],
  [['w', 'wk', 'week'], 604_800_000_000_000n],
];
const INT64_MAX = 2n ** 63n - 1n;
const LENGTH_MAX = 1_000;

/**
 * Nanoseconds of a duration as the `duration` format of Kubernetes takes it (strfmt.ParseDuration): as Go writes it
 * (`1h30m`), else whatever counts and units are found in the text (`1 hour 2 minutes`).
 */
export function parseDurationNanos(text: string): bigint | null {
  if (text.length > LENGTH_MAX) return null;
  return parseGo(text) ?? parseWords(text);
}

// time.ParseDuration
function parseGo(text: string): bigint | null {
  const isNegative = text.startsWith('-');
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)([nuµμm]?s|m|h)/g)) {
    const factor = NANOS.get(unit) ?? 0n;
    total += BigInt(whole || '0') * factor + fractionNanos(fraction, factor);
  }
  const limit = isNegative ? INT64_MAX + 1n : INT64_MAX;
  if (total > limit) return null;
  return isNegative ? -total : total;
}

// Go computes this part with floating point, and stops at the digits that fit an int64.
function fractionNanos(fraction: string, factor: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of fraction) {
    const next = value * 10n + BigInt(digit);
    if (value > INT64_MAX / 10n || next > INT64_MAX + 1n) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(factor) / scale)));
}

function parseWords(text: string): bigint | null {
  let total: bigint | null = null;
  for (const [, count = '', word = ''] of text.matchAll(/([0-9]+)[\t\n\f\r ]*([A-Za-zµ]+)/g)) {
    if (BigInt(count) > INT64_MAX) return null;
    const unit = word.toLowerCase();
    for (const [names, nanos] of WORDS) {
      const longest = names.at(-1) ?? '';
      if (names.includes(unit) || unit.startsWith(longest)) total = (total ?? 0n) + BigInt(count) * nanos;
    }
  }
  // As int64 does, sums wrap around.
  return total === null ? null : BigInt.asIntN(64, total);
}
