import { expect, test } from 'vitest';
import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import { applyMessage, type Desired } from './desired.ts';

const key = (id: string, groups: string[] = []): ApiKeyRecord => ({
  id,
  hash: id,
  userId: 'u',
  email: 'e@x.org',
  groups,
  suspended: false,
  expiresAt: null,
});
const sections: Desired['sections'] = {
  apiAuth: { kind: 'apiKey' },
  domains: [],
  certificates: [],
  objects: [],
  tunnels: [],
};
const keysOf = (...keys: ApiKeyRecord[]) => new Map(keys.map((each) => [each.id, each]));
const known = (): Desired => ({ revision: 5, sections, keys: keysOf(key('a'), key('b')) });

test('a snapshot replaces everything', () => {
  const state = { ...sections, keys: [key('c')] };
  expect(applyMessage(known(), { type: 'snapshot', revision: 2, state })).toEqual({
    revision: 2,
    sections,
    keys: keysOf(key('c')),
  });
});

test('a patch changes keys one by one and replaces the sections it has', () => {
  const domains = [{ key: 'k', generated: 'x.edge.localhost', custom: [] }];
  const next = applyMessage(known(), {
    type: 'patch',
    base: 5,
    revision: 7,
    keys: { upsert: [key('b', ['crew']), key('c')], remove: ['a'] },
    sections: { domains },
  });
  expect(next).toEqual({
    revision: 7,
    sections: { ...sections, domains },
    keys: keysOf(key('b', ['crew']), key('c')),
  });
});

test.each([
  { type: 'patch', base: 4, revision: 6, sections: {} } as const,
  { type: 'idle', revision: 6 } as const,
])('asks for a snapshot when $type builds on something else', (message) => {
  expect(applyMessage(known(), message)).toBeNull();
  expect(applyMessage(null, message)).toBeNull();
});

test('nothing new leaves everything as it is', () => {
  const current = known();
  expect(applyMessage(current, { type: 'idle', revision: 5 })).toBe(current);
});
