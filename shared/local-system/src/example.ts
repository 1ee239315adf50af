import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '@portolan/process/startup-error';

/** Services that carry it are answered by the example's own upstream program, which `up` then runs. */
const annotation = 'portolan.dev/example-upstream: airline';

/** True when manifests below `dir` (the example or a copy of it) count on the example's services. */
export function hasExampleUpstreams(dir: string): boolean {
  return manifestFiles(dir).some((file) => readFileSync(file, 'utf8').includes(annotation));
}

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
