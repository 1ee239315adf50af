import { corpus } from './corpus/corpus.ts';
import { startTraefik } from './gateways.ts';
import { digestOf, traefikVersion, writeRecording } from './recording.ts';
import { runCorpus } from './run-corpus.ts';

// Sends the corpus to Traefik and writes down the outcomes: npm run record:traefik (needs Go).
const SEED = 1;

const fixtures = corpus(SEED);
const outcomes = await runCorpus(fixtures, startTraefik, null);
await writeRecording({ traefik: await traefikVersion(), seed: SEED, digest: digestOf(fixtures), outcomes });
const cases = fixtures.reduce((sum, fixture) => sum + fixture.cases.length, 0);
console.log(`${cases} cases of ${fixtures.length} fixtures, by Traefik ${await traefikVersion()}`);
