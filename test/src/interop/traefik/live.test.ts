import * as fc from 'fast-check';
import { expect, describe, test } from 'vitest';
import { missingGo } from '../go-binary.ts';
import { differencesOf } from './compare.ts';
import { corpus } from './corpus/corpus.ts';
import { unlistedOf } from './deliberate.ts';
import { startAgent, startTraefik } from './gateways.ts';
import { runCorpus } from './run-corpus.ts';

const FIXTURES = Number(process.env['PORTOLAN_TEST_COUNT'] ?? 40);
const seed = Number(process.env['PORTOLAN_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const BUILD_AND_RUN_MS = 2_400_000;
const skipReason = process.env['PORTOLAN_TEST_TRAEFIK']
  ? missingGo()
  : 'building Traefik takes minutes: npm run test:traefik (its recorded responses are always compared)';

describe.skipIf(skipReason)(`Traefik itself${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  test(
    `does what the gateway does, but for the listed differences: seed ${seed}`,
    async () => {
      const [fixtures = []] = fc.sample(
        fc.shuffledSubarray([...corpus(seed)], { minLength: FIXTURES, maxLength: FIXTURES }),
        { seed, numRuns: 1 },
      );
      const theirs = await runCorpus(fixtures, startTraefik, null);
      const ours = await runCorpus(fixtures, startAgent, theirs);
      const found = fixtures.flatMap((fixture) =>
        differencesOf(fixture, theirs.get(fixture.name) ?? [], ours.get(fixture.name) ?? []),
      );
      expect(unlistedOf(found)).toEqual([]);
    },
    BUILD_AND_RUN_MS,
  );
});
