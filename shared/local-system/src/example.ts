import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '@portolan/process/startup-error';
import type { Generation } from '@portolan/contract/clusters';

/** Examples by name, with the generation of their resources; each is a directory of `examples`. */
export const EXAMPLES = { airline: 'v2', transit: 'v3' } as const satisfies Readonly<
  Record<string, Generation>
>;
export type Example = keyof typeof EXAMPLES;

/** Services that carry it are answered by the upstream program of the example it names, which `up` then runs. */
const annotation = 'portolan.dev/example-upstream:';

/** Returns the examples whose services the manifests below `dir` (an example or a copy of one) count on. */
export function exampleUpstreamsIn(dir: string, root: string): Example[] {
  const texts = manifestFiles(dir).map((file) => readFileSync(file, 'utf8'));
  return examples.filter(
    (name) =>
      texts.some((text) => text.includes(`${annotation} ${name}\n`)) &&
      existsSync(join(root, 'examples', name)),
  );
}

const examples = Object.keys(EXAMPLES) as Example[];

function manifestFiles(dir: string): string[] {
  try {
    if (!statSync(dir).isDirectory()) throw new Error('it is a file');
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => statSync(file).size < 1_000_000);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `The resources directory ${dir} cannot be read: ${why}`,
      'Give a directory of manifests with --resources DIR.',
    );
  }
}
