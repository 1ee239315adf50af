import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Inputs that a reader once did not survive, in a directory for each. */
export const CORPUS = join(import.meta.dirname, 'corpus');

/** Returns the inputs kept for a target. */
export function readCorpus(target: string): readonly string[] {
  const directory = join(CORPUS, target);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .toSorted()
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}
