import { describe, expect, it } from 'vitest';
import { KnownDigests } from './known-digests.ts';

describe('digests of keys in use', () => {
  it('keeps those that are asked for and forgets the rest within two minutes', () => {
    const known = new KnownDigests();
    expect(known.find('used', 0)).toBeUndefined();
    known.add('used', 'd1', 0);
    known.add('idle', 'd2', 0);
    expect(known.find('used', 61_000)).toBe('d1');
    expect(known.find('used', 122_000)).toBe('d1');
    expect(known.find('idle', 122_000)).toBeUndefined();
    expect(known.find('used', 600_000)).toBeUndefined();
  });

  it('holds no more than a bounded number', () => {
    const known = new KnownDigests();
    for (let i = 0; i < 20_000; i++) known.add(`k${i}`, 'd', 0);
    expect(known.find('k0', 0)).toBeUndefined();
    expect(known.find('k19999', 0)).toBe('d');
  });
});
