import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readList } from './list-items.ts';

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const item = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
const text = fc
  .record({
    items: fc.array(item),
    indent: fc.constantFrom(undefined, 2),
    isLast: fc.boolean(),
    decoy: fc.string(),
  })
  .map(({ items, indent, isLast, decoy }) => {
    const head = {
      kind: 'List',
      metadata: { resourceVersion: '42', continue: decoy, selfLink: '"items":[' },
    };
    return {
      items,
      decoy,
      json: JSON.stringify(isLast ? { ...head, items } : { items, ...head }, null, indent),
    };
  });

test('items are passed on as JSON.parse would return them, however the text is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (list, sizes) => {
        const items: unknown[] = [];
        const end = await readList(cut(list.json, sizes), (value) => items.push(value));
        expect(items).toEqual(JSON.parse(JSON.stringify(list.items)));
        expect(end).toEqual({ resourceVersion: '42', next: list.decoy || null });
      },
    ),
  );
});

test.each([
  '',
  '{',
  '[]',
  '{"items":[{"a":1}',
  '{"items":[{"a":}],"metadata":{}}',
  '{"items":[]}',
  'Service Unavailable',
])('what is no list is refused: %s', async (json) => {
  await expect(readList(cut(json, [3]), () => undefined)).rejects.toThrow(Error);
});
