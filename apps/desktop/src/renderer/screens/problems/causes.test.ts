import type { ProblemView } from '@portolan/contract/resources';
import { expect, test } from 'vitest';
import { groupByCause } from './causes.ts';

const problem = (id: string, held: Partial<ProblemView>): ProblemView => ({
  id,
  clusterId: 'cl_1',
  cluster: 'local',
  severity: 'error',
  code: 'missing-reference',
  file: null,
  line: null,
  kind: 'API',
  namespace: 'default',
  name: id,
  field: null,
  message: '',
  fix: null,
  since: '2026-12-01T00:00:00.000Z',
  ...held,
});

test('problems that differ in names alone have one cause; errors come first, then the most frequent', () => {
  const causes = groupByCause([
    problem('a', { severity: 'warning', code: 'tie', message: 'Two rules weigh the same.' }),
    problem('b', { code: 'no-domain', message: 'No domain.', fix: 'Add one.' }),
    problem('c', { message: 'Service "shop/cart" does not exist.', fix: 'Create shop/cart.' }),
    problem('d', { message: 'Service "shop/till" does not exist.', fix: 'Create shop/till.' }),
  ]);
  expect(causes.map(({ message, fix, problems }) => [message, fix, problems.map(({ id }) => id)])).toEqual([
    ['Service … does not exist.', null, ['c', 'd']],
    ['No domain.', 'Add one.', ['b']],
    ['Two rules weigh the same.', null, ['a']],
  ]);
});

test('another wording is another cause', () => {
  expect(
    groupByCause([
      problem('a', { message: 'Port 80 of default/x is not there.' }),
      problem('b', { message: 'default/x is not there.' }),
    ]),
  ).toHaveLength(2);
});
