import { parseFlags } from '@portolan/process/flags';
import { installableCrds } from '@portolan/resources/crds/installable';
import { DEFAULT_GENERATION, GENERATIONS } from '@portolan/resources/kinds/registry';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { z } from 'zod';
import type { Command } from './command.ts';

const flags = z.object({
  generation: z
    .enum(GENERATIONS)
    .default(DEFAULT_GENERATION)
    .meta({ value: 'GENERATION', description: 'generation of the hub.traefik.io resources' }),
});

/** Prints the CustomResourceDefinitions of a generation. */
export const crdsCommand: Command = {
  name: 'crds',
  async run({ argv, print }) {
    const { generation } = parseFlags(flags, argv, 'usage: portolan-agent crds [--generation GENERATION]');
    await print(
      installableCrds(generation)
        .map((crd) => `---\n${formatYaml(crd)}`)
        .join(''),
    );
  },
};
