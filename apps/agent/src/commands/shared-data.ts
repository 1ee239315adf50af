import { parseFlags } from '@portolan/process/flags';
import { DEFAULT_GENERATION, GENERATIONS } from '@portolan/resources/kinds/registry';
import { z } from 'zod';
import { describeSharedData } from '../platform/sharing/describe-shared-data.ts';
import type { Command } from './command.ts';
import { shareList } from './share-list.ts';

const flags = z.object({
  share: shareList,
  generation: z
    .enum(GENERATIONS)
    .default(DEFAULT_GENERATION)
    .meta({ value: 'GENERATION', description: 'generation of the hub.traefik.io resources' }),
});

/** Prints what an agent with this `--share` sends to the platform, and why. */
export const sharedDataCommand: Command = {
  name: 'shared-data',
  async run({ argv, print }) {
    const { share, generation } = parseFlags(flags, argv, 'usage: portolan-agent shared-data [--share LIST]');
    await print(`${describeSharedData(share, generation)}\n`);
  },
};
