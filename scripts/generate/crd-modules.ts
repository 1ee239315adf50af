import { GENERATIONS, RESOURCES, readCrds } from './crd-files.ts';
import type { Generator } from './registry.ts';

/** The CRDs as TypeScript modules, so that they load without the file system, also when bundled. */
export const generateCrdModules: Generator = async (root) => {
  const files = new Map<string, string>();
  for (const generation of GENERATIONS) {
    const crds = await readCrds(root, generation);
    files.set(
      `${RESOURCES}/generated/${generation}-crds.ts`,
      [
        `// Generated from crds/${generation}/*.yaml by \`npm run gen\`. Do not edit.`,
        "import type { CustomResourceDefinition } from '../crds/custom-resource-definition.ts';",
        '',
        `export const ${generation}Crds: readonly CustomResourceDefinition[] = [`,
        ...crds.map((crd) => `${JSON.stringify(crd, null, 1)},`),
        '];',
        '',
      ].join('\n'),
    );
  }
  return files;
};
