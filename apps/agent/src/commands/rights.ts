import { parseFlags, usageError } from '@portolan/process/flags';
import { DEFAULT_GENERATION, GENERATIONS } from '@portolan/resources/kinds/registry';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { z } from 'zod';
import { FEATURES, OPT_IN_FEATURES, selectFeatures, type Feature } from '../kubernetes/rights/rights.ts';
import { agentRoles, RIGHT_MODES, userRoles } from '../kubernetes/rights/roles.ts';
import type { Command } from './command.ts';
import { commaList } from './comma-list.ts';

const name = z.string().min(1);
const features = commaList.pipe(z.array(z.enum(Object.keys(FEATURES) as [Feature, ...Feature[]])));
const flags = z.object({
  mode: z
    .enum(RIGHT_MODES)
    .default('cluster')
    .meta({
      value: 'MODE',
      description: `how far the rights go: ${RIGHT_MODES.join(', ')}`,
    }),
  namespaces: commaList.meta({ value: 'A,B', description: 'namespaces to serve, in mode namespaces' }),
  generation: z
    .enum(GENERATIONS)
    .default(DEFAULT_GENERATION)
    .meta({ value: 'GENERATION', description: 'generation of the hub.traefik.io resources' }),
  namespace: name
    .default('portolan')
    .meta({ value: 'NAME', description: 'namespace that the agent runs in' }),
  'service-account': name.default('portolan-agent').meta({ value: 'NAME', description: 'its account' }),
  without: features.meta({ value: 'A,B', description: 'features to grant no rights for; the others work' }),
  with: features.meta({
    value: 'A,B',
    description: `features whose rights have to be asked for (${[...OPT_IN_FEATURES].join(', ')})`,
  }),
  'user-roles': z.boolean().default(false).meta({
    description: 'also adds the resources to the roles view, edit and admin of users',
  }),
});

/** Prints the rights of the agent as RBAC manifests. */
export const rightsCommand: Command = {
  name: 'rights',
  async run({ argv, print }) {
    const usage = 'usage: portolan-agent rights [--mode MODE] [--namespaces A,B]';
    const options = parseFlags(flags, argv, usage);
    const { mode, namespaces, generation, namespace, serviceAccount } = options;
    if ((mode === 'namespaces') !== namespaces.length > 0)
      throw usageError('--mode namespaces and --namespaces must be used together');
    const objects = [
      ...agentRoles({
        mode,
        namespaces,
        generation,
        ownNamespace: namespace,
        serviceAccount,
        features: selectFeatures(options.without, options.with),
      }),
      ...(options.userRoles ? userRoles(generation) : []),
    ];
    await print(objects.map((object) => `---\n${formatYaml(object)}`).join(''));
  },
};
