import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import { expect, test } from 'vitest';
import { withUnpacked } from './unpack.ts';

const MIB = 1024 * 1024;
const zeros = (bytes: number) => promisify(gzip)(Buffer.alloc(bytes));

test.each([
  ['gzip', promisify(gzip)],
  ['zstd', promisify(zstdCompress)],
] as const)('unpacks %s', async (encoding, pack) => {
  const bytes = await pack(Buffer.from('hello'));
  expect(await withUnpacked({ bytes, encoding, bytesMax: 100 }, String)).toBe('hello');
});

test('refuses a body that unpacks to more than its route takes', async () => {
  const bytes = await zeros(2 * MIB);
  await expect(withUnpacked({ bytes, encoding: 'gzip', bytesMax: MIB }, String)).rejects.toMatchObject({
    code: 'too-large',
  });
  await expect(
    withUnpacked({ bytes: Buffer.alloc(2 * MIB), encoding: undefined, bytesMax: MIB }, String),
  ).rejects.toMatchObject({ code: 'too-large' });
});

test('refuses a body that is out of proportion to what was sent, below that limit too', async () => {
  const bytes = await zeros(64 * MIB);
  expect(bytes.length).toBeLessThan(80_000);
  const body = { bytes, encoding: 'gzip', bytesMax: 256 * MIB };
  await expect(withUnpacked(body, String)).rejects.toMatchObject({ code: 'too-large' });
});

test('what is unpacked at once stays within one budget for the process: further bodies wait', async () => {
  const bytes = Buffer.alloc(256 * MIB);
  const gate = Promise.withResolvers<void>();
  let [open, most] = [0, 0];
  const hold = () =>
    withUnpacked({ bytes, encoding: undefined, bytesMax: 256 * MIB }, async () => {
      open += 1;
      most = Math.max(most, open);
      await gate.promise;
      open -= 1;
    });
  const all = [hold(), hold(), hold(), hold()];
  await expect.poll(() => open).toBe(2);
  gate.resolve();
  await Promise.all(all);
  expect(most).toBe(2);
});

test('a body that fails gives its share back', async () => {
  const body = { bytes: Buffer.alloc(256 * MIB), encoding: undefined, bytesMax: 256 * MIB };
  for (let i = 0; i < 5; i += 1) {
    await expect(withUnpacked(body, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  }
});
