import type { Environment } from '@marcbachmann/cel-js';

const SUFFIXES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  n: [1n, 1_000_000_000n],
  u: [1n, 1_000_000n],
  m: [1n, 1_000n],
  '': [1n, 1n],
  k: [10n ** 3n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [2n ** 10n, 1n],
  Mi: [2n ** 20n, 1n],
  Gi: [2n ** 30n, 1n],
  Ti: [2n ** 40n, 1n],
  Pi: [2n ** 50n, 1n],
  Ei: [2n ** 60n, 1n],
};
const NANO = 1_000_000_000n;

/** An amount such as `1.5Gi`, exact to a billionth as in Kubernetes. */
class Quantity {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** Kubernetes' quantity library: k8s.io/apiserver/pkg/cel/library/quantity.go. */
export function registerQuantities(environment: Environment): void {
  environment.registerType('kubernetes.Quantity', Quantity);
  environment.registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== null);
  environment.registerFunction('quantity(string): kubernetes.Quantity', (text: string) => {
    const parsed = parseQuantity(text);
    if (parsed === null) throw new TypeError(`quantities must match the regular expression: ${text}`);
    return parsed;
  });
  const comparisons = {
    'isGreaterThan(kubernetes.Quantity): bool': (a: Quantity, b: Quantity) => a.nanos > b.nanos,
    'isLessThan(kubernetes.Quantity): bool': (a: Quantity, b: Quantity) => a.nanos < b.nanos,
    'compareTo(kubernetes.Quantity): int': (a: Quantity, b: Quantity) =>
      a.nanos === b.nanos ? 0n : a.nanos < b.nanos ? -1n : 1n,
    'add(kubernetes.Quantity): kubernetes.Quantity': (a: Quantity, b: Quantity) =>
      new Quantity(a.nanos + b.nanos),
    'sub(kubernetes.Quantity): kubernetes.Quantity': (a: Quantity, b: Quantity) =>
      new Quantity(a.nanos - b.nanos),
    'sign(): int': (a: Quantity) => (a.nanos === 0n ? 0n : a.nanos < 0n ? -1n : 1n),
    'isInteger(): bool': (a: Quantity) => a.nanos % NANO === 0n,
    'asInteger(): int': (a: Quantity) => a.nanos / NANO,
    'asApproximateFloat(): double': (a: Quantity) => Number(a.nanos) / Number(NANO),
  };
  for (const [signature, handler] of Object.entries(comparisons)) {
    environment.registerFunction(`kubernetes.Quantity.${signature}`, handler);
  }
}

function parseQuantity(text: string): Quantity | null {
  const match = /^([+-]?)(\d{1,30})?(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i))?$/.exec(
    text,
  );
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return null;
  const [factor, divisor] = SUFFIXES[suffix] ?? [1n, 1n];
  const power = Number(exponent ?? 0) - fraction.length;
  const digits = BigInt(whole + fraction) * NANO * factor;
  const nanos =
    power < 0 ? digits / (divisor * 10n ** BigInt(-power)) : (digits * 10n ** BigInt(power)) / divisor;
  return new Quantity(sign === '-' ? -nanos : nanos);
}
