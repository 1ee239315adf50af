import { logs } from '@portolan/console/kinds/logs';
import { parseFor } from '@portolan/console/lists/sort-rows';
import { expect, test } from 'vitest';
import { logFilter, logSearch } from './log-filter.ts';

test.each([
  [{}, ''],
  [{ level: 'warn' }, 'level=warn,error,fatal'],
  [{ level: 'fatal', part: 'gateway' }, 'level=fatal event:"gateway."'],
  [{ cluster: 'a "b"', q: ' upstream ' }, 'cluster="a \\"b\\"" upstream'],
])('%j is %s, which the grammar of lists accepts', (held, expected) => {
  const filter = logFilter(logSearch.parse(held));
  expect(filter).toBe(expected);
  expect(parseFor(logs, filter).ok).toBe(true);
});

test('what an address should not hold is left out', () => {
  expect(logSearch.parse({ level: 'loud', part: 7 })).toEqual({
    level: 'info',
    part: '',
    cluster: '',
    q: '',
  });
});
