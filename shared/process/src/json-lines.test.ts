import { array, assert, asyncProperty, jsonValue, nat } from 'fast-check';
import { expect, it } from 'vitest';
import { jsonLine, LineTooLong, readJsonLines, readLines } from './json-lines.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  let from = 0;
  for (const size of sizes) {
    yield bytes.subarray(from, from + size);
    from += size;
  }
  yield bytes.subarray(from);
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

it('reads what was written, wherever chunks are cut', async () => {
  await assert(
    asyncProperty(array(jsonValue()), array(nat(9), { maxLength: 200 }), async (values, sizes) => {
      const bytes = Buffer.from(values.map(jsonLine).join(''));
      const read = await collect(readJsonLines(inChunks(bytes, sizes), (value) => value, 1e6));
      expect(JSON.stringify(read)).toBe(JSON.stringify(values));
    }),
    { numRuns: 200 },
  );
});

it('yields a last line without line feed and leaves empty ones out', async () => {
  expect(await collect(readLines(inChunks(Buffer.from('a\n\nb'), [1]), 10))).toEqual(['a', 'b']);
});

it('throws before it holds more than a line may have', async () => {
  const endless = (async function* () {
    for (;;) yield 'x'.repeat(60);
  })();
  await expect(collect(readLines(endless, 100))).rejects.toThrow(LineTooLong);
});

it('throws for a line that is not JSON', async () => {
  const lines = readJsonLines(inChunks(Buffer.from('{}\nnope\n'), []), (value) => value, 100);
  await expect(collect(lines)).rejects.toThrow(SyntaxError);
});
