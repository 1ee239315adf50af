import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../chaos/fuzz/random.ts';
import { CORPUS, readCorpus } from './corpus.ts';
import { mutate } from './mutate.ts';
import { redactLines } from './redaction.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets.ts';

// Throws generated texts at everything that reads text from outside: `npm run fuzz -- --minutes N [--only NAME,…] [--seed N] [--json]`.
// Inputs that a reader does not survive are kept in the corpus, which a test runs.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    only: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    lines: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const only = values.only?.split(',');
const targets = TARGETS.filter(({ name }) => only?.includes(name) ?? true);
const share = (Number(values.minutes) * 60_000) / Math.max(1, targets.length);
const results = targets.map((target) => fuzz(target, share));
const lines = only === undefined || only.includes('redaction') ? Number(values.lines) : 0;
const leaks = redactLines(lines, seed);
for (const leak of leaks) console.error(`not redacted: ${JSON.stringify(leak)}`);
const isOk = leaks.length === 0 && results.every(({ faults }) => faults === 0);
console.log(JSON.stringify({ fuzz: results, redaction: { lines, leaks: leaks.length }, seed, ok: isOk }));
process.exit(isOk ? 0 : 1);

/** Runs inputs for a time; returns how many, and how many the reader did not survive. */
function fuzz(target: FuzzTarget, ms: number) {
  const texts = [...target.seeds, ...readCorpus(target.name)];
  const end = performance.now() + ms;
  const known = new Set<string>();
  let inputs = 0;
  let slowestMs = 0;
  while (performance.now() < end) {
    const input = mutate(texts, target.words, new Random(seed, inputs));
    inputs += 1;
    const startedAt = performance.now();
    try {
      target.run(input);
    } catch (error) {
      keep(target.name, input, { error, known });
    }
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - startedAt));
  }
  if (!values.json)
    console.error(`${target.name}: ${inputs} inputs, ${known.size} faults, slowest ${slowestMs} ms`);
  return { target: target.name, inputs, faults: known.size, slowestMs };
}

/** Keeps the first input of each fault, told apart by where it happened. */
function keep(
  target: string,
  input: string,
  { error, known }: { readonly error: unknown; readonly known: Set<string> },
): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const place = stack.split('\n').find((line) => /^\s+at /.test(line)) ?? stack;
  if (known.has(place)) return;
  known.add(place);
  const directory = join(CORPUS, target);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${createHash('sha256').update(input).digest('hex').slice(0, 12)}.txt`);
  writeFileSync(file, input);
  console.error(`${target}: ${stack.split('\n').slice(0, 4).join('\n')}\nkept as ${file}`);
}
