import { expect, it } from 'vitest';
import { Closers } from './closers.ts';

it('closes in reverse order, each once, past one that throws and one that rejects', async () => {
  const closed: string[] = [];
  const failures: unknown[] = [];
  const closers = new Closers();
  closers.add(
    () => closed.push('first'),
    () => Promise.reject(new Error('rejected')),
    async () => {
      await Promise.resolve();
      closed.push('slow');
    },
    () => {
      throw new Error('thrown');
    },
    () => closed.push('last'),
  );
  await closers.close((error) => failures.push(error));
  await closers.close((error) => failures.push(error));
  expect(closed).toEqual(['last', 'slow', 'first']);
  expect(failures).toEqual([new Error('thrown'), new Error('rejected')]);
});
