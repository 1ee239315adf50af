import { join, resolve } from 'node:path';
import { parseFlags, usageError, type Flags } from '@portolan/process/flags';
import { generation, type Generation } from '@portolan/contract/clusters';
import { EXAMPLES, type Example } from '@portolan/local-system/example';
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
  generation: generation.optional().meta({
    value: 'GENERATION',
    description: 'generation of the manifests of --resources: v2 (default) or v3',
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
serves the APIs described by a directory of Kubernetes manifests. In a terminal it opens the terminal UI, signed
in; otherwise it prints where everything is and runs until SIGINT or SIGTERM.

Environment: DATABASE_URL uses a PostgreSQL (15 or newer) of your own instead of the embedded one.
`;

/** Parses the flags of `up`. Throws `HelpRequested` for `--help` and a `StartupError` for a wrong flag. */
export function parseUpOptions(argv: readonly string[]): UpOptions {
  return parseFlags(schema, argv, USAGE);
}

/** Returns the directory of manifests to serve and their generation; an example has a generation of its own. */
export function servedBy(
  { resources, example, generation: declared }: UpOptions,
  root: string,
): { readonly resourcesDir: string; readonly generation: Generation } {
  if (resources !== undefined)
    return { resourcesDir: resolve(resources), generation: declared ?? DEFAULT_GENERATION };
  if (declared !== undefined && declared !== EXAMPLES[example])
    throw usageError(`--example ${example} is of generation ${EXAMPLES[example]}`);
  return { resourcesDir: join(root, 'examples', example), generation: EXAMPLES[example] };
}
