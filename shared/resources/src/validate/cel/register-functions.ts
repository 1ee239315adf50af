import type { Environment } from '@marcbachmann/cel-js';
import { compileRegex } from '../../rules/regex.ts';
import { GoUrl, parseGoUrl, parseRequestUri } from './go-url.ts';

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

/** `matches` (under the name rules are rewritten to), `find` and `findAll`, in RE2 syntax. */
export function registerRegex(environment: Environment): void {
  environment.registerFunction('string.re2Matches(string): bool', (text: string, pattern: string) =>
    compileRegex(pattern).test(text),
  );
  environment.registerFunction('re2Matches(string, string): bool', (text: string, pattern: string) =>
    compileRegex(pattern).test(text),
  );
  environment.registerFunction('string.find(string): string', (text: string, pattern: string) => {
    const [first = ''] = findAll(text, pattern, 1);
    return first;
  });
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern, Infinity),
  );
  environment.registerFunction(
    'string.findAll(string, int): list<string>',
    (text: string, pattern: string, count: bigint) =>
      findAll(text, pattern, count < 0n ? Infinity : Number(count)),
  );
}

function findAll(text: string, pattern: string, countMax: number): string[] {
  const matcher = compileRegex(pattern).matcher(text);
  const found: string[] = [];
  while (found.length < countMax && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

/** What cel-go's strings extension has beyond what the library brings. */
export function registerStrings(environment: Environment): void {
  environment.registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
    const runes = Array.from(text);
    if (index < 0n || index > BigInt(runes.length)) throw new RangeError(`index out of range: ${index}`);
    return runes[Number(index)] ?? '';
  });
  environment.registerFunction(
    'string.replace(string, string): string',
    (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  );
  environment.registerFunction(
    'string.replace(string, string, int): string',
    (text: string, from: string, to: string, count: bigint) => {
      let left = count < 0n ? Infinity : Number(count);
      return text.replaceAll(from, (found) => (left-- > 0 ? to : found));
    },
  );
  environment.registerFunction('string.reverse(): string', (text: string) =>
    Array.from(text).toReversed().join(''),
  );
}

/** Kubernetes' URL library: k8s.io/apiserver/pkg/cel/library/urls.go. */
export function registerUrls(environment: Environment): void {
  environment.registerType('net.URL', GoUrl);
  environment.registerFunction('isURL(string): bool', (text: string) => parseRequestUri(text) !== null);
  environment.registerFunction('url(string): net.URL', (text: string) => {
    const parsed = parseGoUrl(text);
    if (parsed === null) throw new TypeError(`URL parse error during conversion from string: ${text}`);
    return parsed;
  });
  const getters = {
    getScheme: (url: GoUrl) => url.scheme,
    getHost: (url: GoUrl) => url.host,
    getHostname: (url: GoUrl) => url.hostname,
    getPort: (url: GoUrl) => url.port,
    getEscapedPath: (url: GoUrl) => url.escapedPath,
  };
  for (const [name, getter] of Object.entries(getters)) {
    environment.registerFunction(`net.URL.${name}(): string`, getter);
  }
  environment.registerFunction('net.URL.getQuery(): map<string, list<string>>', (url: GoUrl) => url.query);
}
