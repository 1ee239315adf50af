import type { Environment } from '@marcbachmann/cel-js';

type Comparable = string | number | bigint | boolean | Date;

/** Kubernetes' list library and the sets library: k8s.io/apiserver/pkg/cel/library/lists.go, cel-go ext/sets. */
export function registerLists(environment: Environment): void {
  environment.registerFunction('list.isSorted(): bool', (list: readonly Comparable[]) =>
    list.every((item, index) => index === 0 || compare(list[index - 1] ?? item, item) <= 0),
  );
  environment.registerFunction('list.sum(): dyn', sum);
  environment.registerFunction('list.min(): dyn', (list: readonly Comparable[]) => extreme(list, -1));
  environment.registerFunction('list.max(): dyn', (list: readonly Comparable[]) => extreme(list, 1));
  environment.registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
    BigInt(list.findIndex((other) => isEqual(other, item))),
  );
  environment.registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
    BigInt(list.findLastIndex((other) => isEqual(other, item))),
  );
}

function sum(list: readonly unknown[]): unknown {
  if (list.every((item) => typeof item === 'bigint')) return list.reduce((total, item) => total + item, 0n);
  if (list.every((item) => typeof item === 'number')) return list.reduce((total, item) => total + item, 0);
  throw new TypeError('no such overload: sum() of a list of other things than numbers');
}

function extreme(list: readonly Comparable[], sign: 1 | -1): Comparable {
  const [first, ...others] = list;
  if (first === undefined) throw new RangeError(`${sign < 0 ? 'min' : 'max'} called on empty list`);
  return others.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best), first);
}

function compare(left: Comparable, right: Comparable): number {
  return left < right ? -1 : Number(left > right);
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftEntries = Object.entries(left);
  const rightMap = new Map<string, unknown>(Object.entries(right));
  return (
    leftEntries.length === rightMap.size &&
    leftEntries.every(([key, value]) => rightMap.has(key) && isEqual(value, rightMap.get(key)))
  );
}
