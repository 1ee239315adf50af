import { describe, expect, it } from 'vitest';
import { Random } from '../chaos/fuzz/random.ts';
import { readCorpus } from './corpus.ts';
import { mutate } from './mutate.ts';
import { redactLines } from './redaction.ts';
import { TARGETS } from './targets.ts';

describe.each(TARGETS)('$name', (target) => {
  it('reads what it is made for', () => {
    for (const seed of target.seeds) target.run(seed);
  });

  it('survives what it once did not', () => {
    for (const input of readCorpus(target.name)) target.run(input);
  });

  it('survives generated texts', () => {
    for (let index = 0; index < 40; index += 1)
      target.run(mutate(target.seeds, target.words, new Random(1, index)));
  });
});

it('redacts the secret of every generated line', () => {
  expect(redactLines(5_000, 1)).toEqual([]);
});
