import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageFailure } from '@portolan/console/failure';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

/** Returns objects as documents of one YAML file, without a line break at its end. */
export function formatObjects(objects: readonly KubernetesObject[]): string {
  return objects
    .map((object) => formatYaml(object))
    .join('---\n')
    .trimEnd();
}

/** Writes one file for each namespace into a directory. Throws a usage failure unless it is empty. */
export async function writeObjects(directory: string, objects: readonly KubernetesObject[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw usageFailure(`${directory} is not empty.`, 'Choose another directory.');
  const byNamespace = Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? 'cluster');
  for (const [namespace, of] of byNamespace)
    await writeFile(join(directory, `${namespace}.yaml`), `${formatObjects(of)}\n`);
}
