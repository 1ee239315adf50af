import { beforeAll, describe, expect, test } from 'vitest';
import { askApiServer, buildApiServer, missingGo } from './api-server.ts';
import { differences } from './compare.ts';
import { generateObjects } from './generate-objects.ts';
import { handMadeObjects } from './hand-made-objects.ts';
import { readObjects } from './recorded.ts';

const COUNT = Number(process.env['PORTOLAN_TEST_COUNT'] ?? 4_000);
const seed = Number(process.env['PORTOLAN_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const skipReason = process.env['PORTOLAN_TEST_APISERVER']
  ? missingGo()
  : 'compiling Kubernetes takes minutes: npm run test:apiserver (its recorded answers are always compared)';

describe.skipIf(skipReason)(`Kubernetes itself${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  beforeAll(buildApiServer, 900_000);

  test.each(['v2', 'v3'] as const)(
    `takes and refuses what we do, in the same words: generation %s, seed ${seed}`,
    async (generation) => {
      const objects = [...handMadeObjects(generation), ...generateObjects(generation, COUNT, seed)];
      const answers = await askApiServer(generation, objects);
      const found = objects
        .flatMap((object, index) => {
          const answer = answers.objects[index];
          if (answer === undefined) throw new Error('Kubernetes gave fewer answers than it was asked for.');
          return differences(object, answer, generation).map(
            (text) => `${text}\n  in ${JSON.stringify(object)}`,
          );
        })
        .toSorted((a, b) => a.length - b.length);
      expect(found.slice(0, 5)).toEqual([]);
    },
    300_000,
  );

  test.each(['v2', 'v3'] as const)('still answers as recorded: generation %s', async (generation) => {
    const recorded = await readObjects(generation);
    const answers = await askApiServer(
      generation,
      recorded.map(({ object }) => object),
    );
    const verdicts = answers.objects.map(({ errors, refused }) => ({ errors: errors.length, refused }));
    expect(verdicts).toEqual(
      recorded.map(({ answer: { errors, refused } }) => ({ errors: errors.length, refused })),
    );
  });
});
