import { join, resolve } from 'node:path';
import { parseFlags, usageError, type Flags } from '@portolan/process/flags';
import { generation } from '@portolan/contract/clusters';
import { EXAMPLES, type Example } from '@portolan/local-system/example';
import type { Served } from '@portolan/local-system/served';
import { DEFAULT_GENERATION } from '@portolan/resources/kinds/registry';
import { z } from 'zod';

const PORT = 'give a number from 0 (any free port) to 65535';

const schema = z.object({
  example: z
    .enum(Object.keys(EXAMPLES) as [Example, ...Example[]])
    .default('airline')
    .meta({ value: 'NAME', description: `example to serve: ${Object.keys(EXAMPLES).join(' or ')}` }),
  resources: z.string().optional().meta({
    value: 'DIR',
    description: 'manifests to serve instead of an example; watched, never written to',
  }),
  kubeconfig: z.string().min(1).optional().meta({
    value: 'FILE',
    description: 'serve the resources of a Kubernetes cluster instead',
  }),
  context: z.string().min(1).optional().meta({
    value: 'NAME',
    description: 'context of the kubeconfig, in place of its current one',
  }),
  namespaces: z.string().min(1).optional().meta({
    value: 'LIST',
    description: 'namespaces of the cluster to serve, with commas between; without it, all of them',
  }),
  generation: generation.optional().meta({
    value: 'GENERATION',
    description: 'generation of the resources of --resources or --kubeconfig: v2 (default) or v3',
  }),
  'data-dir': z.string().default('.portolan').meta({ value: 'DIR', description: 'where state is kept' }),
  port: z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT).default(4400).meta({
    value: 'N',
    description: 'port of the platform, 0 = any free port; the others follow it or are free',
  }),
  'no-tui': z.boolean().default(false).meta({ description: 'no terminal UI, also in a terminal' }),
  'no-restart': z
    .boolean()
    .default(false)
    .meta({ description: 'leave a part down that ends; otherwise it is started again, with back-off' }),
  json: z
    .boolean()
    .default(false)
    .meta({ description: 'one line of JSON on stdout when everything is ready, everything else on stderr' }),
});

export type UpOptions = Flags<typeof schema>;

const USAGE = `Usage: npm start -- [options]        (or: portolan up [options])

Starts the whole system on this machine: a platform with its own PostgreSQL, three brokers, and an agent that
serves the APIs described by a directory of Kubernetes manifests or by a cluster. In a terminal it opens the terminal UI, signed
in; otherwise it prints where everything is and runs until SIGINT or SIGTERM.

Environment: DATABASE_URL uses a PostgreSQL (15 or newer) of your own instead of the embedded one.
`;

/** Parses the flags of `up`. Throws `HelpRequested` for `--help` and a `StartupError` for a wrong flag. */
export function parseUpOptions(argv: readonly string[]): UpOptions {
  return parseFlags(schema, argv, USAGE);
}

/** Returns what the agent is to serve: a cluster, a directory, or an example, which has a generation of its own. */
export function servedBy(options: UpOptions, root: string): Served {
  const { resources, kubeconfig, context, namespaces, example, generation: declared } = options;
  const generation = declared ?? DEFAULT_GENERATION;
  if (kubeconfig !== undefined) {
    if (resources !== undefined) throw usageError('--resources and --kubeconfig exclude each other');
    return { kind: 'cluster', kubeconfig: resolve(kubeconfig), context, namespaces, generation };
  }
  if (context !== undefined) throw usageError('--context needs --kubeconfig');
  if (namespaces !== undefined) throw usageError('--namespaces needs --kubeconfig');
  if (resources !== undefined) return { kind: 'directory', directory: resolve(resources), generation };
  if (declared !== undefined && declared !== EXAMPLES[example])
    throw usageError(`--example ${example} is of generation ${EXAMPLES[example]}`);
  return { kind: 'directory', directory: join(root, 'examples', example), generation: EXAMPLES[example] };
}
