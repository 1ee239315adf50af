import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { CustomResourceDefinition } from '../../shared/resources/src/crds/custom-resource-definition.ts';

export const GENERATIONS = ['v2', 'v3'] as const;
export const RESOURCES = 'shared/resources/src';

/** The CRDs of a generation, read from their YAML files, in order of kind. */
export async function readCrds(root: string, generation: string): Promise<CustomResourceDefinition[]> {
  const folder = join(root, RESOURCES, 'crds', generation);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  return Promise.all(
    files.map(async (file): Promise<CustomResourceDefinition> => {
      // Checked by the tests of the CRDs, which read every field.
      const crd = load(await readFile(join(folder, file), 'utf8')) as CustomResourceDefinition;
      if (`${crd.spec.names.singular}.yaml` !== file) throw new Error(`${file} defines ${crd.metadata.name}`);
      return crd;
    }),
  );
}
