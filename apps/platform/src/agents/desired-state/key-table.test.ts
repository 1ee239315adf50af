import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import { array, assert, constantFrom, option, property, record as recordOf } from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTable } from './key-table.ts';

const record = (id: string, email: string): ApiKeyRecord => ({
  id,
  hash: `hash of ${id}`,
  userId: 'usr_1',
  email,
  groups: ['crew'],
  suspended: false,
  expiresAt: null,
});

const step = recordOf({
  id: constantFrom('a', 'b', 'c', 'd'),
  email: option(constantFrom('x', 'y', 'z'), { nil: null }),
});
const apply = (table: KeyTable, { id, email }: { id: string; email: string | null }) =>
  email === null ? table.delete(id) : table.set(record(id, email));

test('the digest is that of the content, however it came about', () => {
  assert(
    property(array(step), (steps) => {
      const table = new KeyTable();
      for (const one of steps) apply(table, one);
      const fresh = new KeyTable();
      for (const one of table.all().toReversed()) fresh.set(one);
      expect(table.digest).toBe(fresh.digest);
    }),
  );
});

test('a patch leads from any version to the present, and names only what changed', () => {
  assert(
    property(array(step), array(step), (before, after) => {
      const table = new KeyTable();
      for (const one of before) apply(table, one);
      const [version, held] = [table.version, new Map(table.all().map((one) => [one.id, one]))];
      for (const one of after) apply(table, one);
      const patch = table.patchSince(version);
      for (const id of patch?.remove ?? []) held.delete(id);
      for (const one of patch?.upsert ?? []) held.set(one.id, one);
      expect([...held.values()].toSorted(byId)).toEqual(table.all().toSorted(byId));
      expect((patch?.upsert.length ?? 0) + (patch?.remove.length ?? 0)).toBeLessThanOrEqual(after.length);
    }),
  );
});

test('whoever is too far behind gets the whole', () => {
  const table = new KeyTable();
  table.set(record('first', 'x'));
  const { version } = table;
  for (let n = 0; n < 50_000; n += 1) table.set(record('busy', String(n)));
  expect(table.patchSince(version)).toBeNull();
  expect(table.patchSince(table.version - 1)).toMatchObject({ upsert: [{ id: 'busy' }], remove: [] });
});

function byId(a: ApiKeyRecord, b: ApiKeyRecord): number {
  return a.id < b.id ? -1 : 1;
}
