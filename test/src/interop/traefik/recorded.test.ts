import { expect, test } from 'vitest';
import { differencesOf } from './compare.ts';
import { corpus } from './corpus/corpus.ts';
import { DELIBERATE, isExample, unlistedOf } from './deliberate.ts';
import { startAgent } from './gateways.ts';
import { digestOf, readRecording, traefikVersion } from './recording.ts';
import { runCorpus } from './run-corpus.ts';

/** Takes seconds on a machine that does nothing else. */
const BUSY_MACHINE_MS = 180_000;

const recording = await readRecording();
const fixtures = corpus(recording.seed);

test('the recording is of this corpus and of the Traefik that go.mod names; otherwise run: npm run record:traefik', async () => {
  const { traefik, digest } = recording;
  expect({ traefik, digest }).toEqual({ traefik: await traefikVersion(), digest: digestOf(fixtures) });
  const cases = fixtures.reduce((sum, fixture) => sum + fixture.cases.length, 0);
  expect(cases).toBeGreaterThanOrEqual(2_000);
});

test(
  'the gateway does what Traefik did, but for the differences that docs/gateway.md lists',
  async () => {
    const ours = await runCorpus(fixtures, startAgent, recording.outcomes);
    const found = fixtures.flatMap((fixture) =>
      differencesOf(fixture, recording.outcomes.get(fixture.name) ?? [], ours.get(fixture.name) ?? []),
    );
    expect(unlistedOf(found)).toEqual([]);
    const withoutExample = DELIBERATE.filter((entry) => !found.some((item) => isExample(entry, item)));
    expect(withoutExample.map(({ title }) => title)).toEqual([]);
  },
  BUSY_MACHINE_MS,
);
