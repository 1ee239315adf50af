import { parseFlags, usageError } from '@portolan/process/flags';
import { StartupError } from '@portolan/process/startup-error';
import { DEFAULT_GENERATION, GENERATIONS } from '@portolan/resources/kinds/registry';
import { z } from 'zod';
import { KubeClient } from '../kubernetes/client/kube-client.ts';
import { openConnection } from '../kubernetes/client/open-connection.ts';
import { formatResult, type CheckResult } from '../kubernetes/preflight/check.ts';
import { checkClock, checkCrds, checkPlatform, checkServer } from '../kubernetes/preflight/cluster-checks.ts';
import { checkRights } from '../kubernetes/preflight/rights-check.ts';
import { RIGHT_MODES } from '../kubernetes/rights/roles.ts';
import type { Command } from './command.ts';
import { commaList } from './comma-list.ts';

const text = (value: string, description: string) =>
  z.string().min(1).optional().meta({ value, description });
const flags = z.object({
  kubeconfig: text('FILE', 'checks this cluster; without it, the one around this pod'),
  context: text('NAME', 'context of the kubeconfig, in place of its current one'),
  mode: z
    .enum(RIGHT_MODES)
    .default('cluster')
    .meta({ value: 'MODE', description: `rights to expect: ${RIGHT_MODES.join(', ')}` }),
  namespaces: commaList.meta({ value: 'A,B', description: 'namespaces to serve, in mode namespaces' }),
  generation: z
    .enum(GENERATIONS)
    .default(DEFAULT_GENERATION)
    .meta({ value: 'GENERATION', description: 'generation of the hub.traefik.io resources' }),
  'platform-url': z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ value: 'URL', description: 'platform to reach' }),
});

/** Checks whether the agent could work in a cluster: reachability, versions, clocks, definitions, rights. */
export const preflightCommand: Command = {
  name: 'preflight',
  async run({ argv, print }) {
    const usage = 'usage: portolan-agent preflight [--kubeconfig FILE] [--mode MODE] [--platform-url URL]';
    const options = parseFlags(flags, argv, usage);
    const { mode, namespaces, generation, platformUrl } = options;
    if ((mode === 'namespaces') !== namespaces.length > 0)
      throw usageError('--mode namespaces and --namespaces must be used together');
    const client = new KubeClient(await openConnection(options));
    const results: CheckResult[] = [];
    const show = async (...found: readonly CheckResult[]): Promise<void> => {
      results.push(...found);
      await print(found.map(formatResult).join(''));
    };
    try {
      const server = await checkServer(client);
      await show(server);
      if (server.outcome !== 'failed') {
        await show(await checkClock(client), await checkCrds(client, generation));
        await show(...(await checkRights(client, { mode, namespaces, generation })));
      }
      if (platformUrl !== undefined) await show(...(await checkPlatform(platformUrl)));
    } finally {
      await client.close();
    }
    const failed = results.filter(({ outcome }) => outcome === 'failed').length;
    if (failed > 0)
      throw new StartupError(
        `${failed} of ${results.length} checks failed: the agent could not work here`,
        'See above what to do.',
      );
  },
};
