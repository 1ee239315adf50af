import type { Environment } from '@marcbachmann/cel-js';

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
