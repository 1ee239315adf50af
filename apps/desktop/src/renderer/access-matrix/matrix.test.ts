import type { AccessRow } from '@portolan/console/kinds/access';
import type { ApiView } from '@portolan/contract/resources';
import { expect, test } from 'vitest';
import { accessMatrix } from './matrix.ts';

const api = (name: string, access: ApiView['access'], clusterId = 'c1') =>
  ({ name, clusterId, access }) as ApiView;
const row = (name: string, change: Partial<AccessRow>) =>
  ({
    name,
    clusterId: 'c1',
    grants: 'access',
    owner: { kind: 'platform' },
    who: [],
    what: [],
    limit: null,
    ...change,
  }) as AccessRow;

const flights = api('flights', [{ name: 'crew-access', groups: ['crew'], any: false }]);
const news = api('news', [{ name: 'open', groups: [], any: true }]);
const elsewhere = api('flights', [], 'c2');
const matrix = accessMatrix(
  [flights, news, elsewhere],
  [
    { name: 'crew', members: 3 },
    { name: 'agents', members: 0 },
  ],
  [
    row('crew-access', { who: ['crew'], what: ['flights'] }),
    row('forgotten', { who: ['agents'], what: ['flights'] }),
    row('slow', { grants: 'limit', who: ['everyone'], what: ['flights'], limit: '10/1s' }),
    row('token-groups', { who: ['partners'], what: ['APIs area=eu'] }),
  ],
);

test('groups are those of the workspace and those that objects name', () => {
  expect(matrix.groups).toEqual([
    { name: 'agents', members: 0 },
    { name: 'crew', members: 3 },
    { name: 'partners', members: null },
  ]);
});

test.each([
  ['crew', flights, 'granted', ['crew-access'], ['slow: 10/1s']],
  ['crew', news, 'everyone', ['open'], []],
  ['agents', flights, 'saved', ['forgotten'], ['slow: 10/1s']],
  ['partners', flights, 'none', [], ['slow: 10/1s']],
  ['crew', elsewhere, 'none', [], []],
] as const)('%s and an API', (group, one, ...[state, through, limits]) => {
  expect(matrix.cell(one, group)).toMatchObject({ state, through, limits, elsewhere: null });
});

test('objects of files are changed there', () => {
  const owner = { kind: 'file', file: 'access/crew.yaml', line: 2 } as const;
  const held = accessMatrix([flights], [], [row('crew-access', { who: ['crew'], what: ['flights'], owner })]);
  expect(held.cell(flights, 'crew').elsewhere).toBe('file access/crew.yaml:2');
});
