const NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
// Words the API server's `duration` format takes beside Go's units.
const WORDS: readonly (readonly [RegExp, bigint])[] = [
  [/^(?:ns|nanos?|nanoseconds?)$/, 1n],
  [/^(?:us|µs|μs|micros?|microseconds?)$/, 1_000n],
  [/^(?:ms|millis?|milliseconds?)$/, 1_000_000n],
  [/^(?:s|secs?|seconds?)$/, 1_000_000_000n],
  [/^(?:m|mins?|minutes?)$/, 60_000_000_000n],
  [/^(?:h|hrs?|hours?)$/, 3_600_000_000_000n],
  [/^(?:d|days?)$/, 86_400_000_000_000n],
  [/^(?:w|wks?|weeks?)$/, 604_800_000_000_000n],
];
const INT64_MAX = 2n ** 63n - 1n;
const LENGTH_MAX = 64;

/** Nanoseconds of a duration as Go writes it (`1h30m`), or as the `duration` format also takes it (`2 days`). */
export function parseDurationNanos(text: string): bigint | null {
  if (text.length > LENGTH_MAX) return null;
  const nanos = parseGo(text) ?? parseWords(text);
  return nanos !== null && nanos >= -INT64_MAX && nanos <= INT64_MAX ? nanos : null;
}

function parseGo(text: string): bigint | null {
  const sign = text.startsWith('-') ? -1n : 1n;
  const body = text.replace(/^[-+]/, '');
  if (body === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(
    /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const factor = NANOS[unit] ?? 0n;
    total += BigInt(whole || '0') * factor;
    if (fraction !== '') total += (BigInt(fraction) * factor) / 10n ** BigInt(fraction.length);
  }
  return sign * total;
}

function parseWords(text: string): bigint | null {
  const match = /^\s*(\d+)\s*([A-Za-zµμ]+)\s*$/.exec(text);
  if (match === null) return null;
  const [, count = '', word = ''] = match;
  const unit = WORDS.find(([pattern]) => pattern.test(word.toLowerCase()));
  return unit === undefined ? null : BigInt(count) * unit[1];
}
