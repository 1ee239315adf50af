import { Failure, usageFailure } from '@portolan/console/failure';
import { counted } from '@portolan/console/kinds/format';
import { print, tell } from '../../terminal/io.ts';
import { readManifests } from '../manifest-files.ts';
import { formatObjects, writeObjects } from '../object-files.ts';
import type { Verb } from '../verb.ts';

export const migrateVerb: Verb = {
  usage: '--from v2 --to v3 DIR',
  details: `Writes manifests of generation v3 that decide every request as those of DIR do. What v3 cannot say is named on standard
error. Access of groups becomes an APIAccess in each namespace; gateways and collections become rules of IngressRoutes. Custom
domains are taken as verified; generated hosts at the edge are new ones.`,
  examples: [
    'portolan migrate --from v2 --to v3 manifests/ > v3.yaml',
    'portolan migrate --from v2 --to v3 manifests/ --output-dir manifests-v3',
  ],
  complete: ['files'],
  flags: {
    from: { type: 'string', value: 'GENERATION', choices: ['v2'], help: 'generation of the manifests' },
    to: { type: 'string', value: 'GENERATION', choices: ['v3'], help: 'generation to write' },
    'output-dir': {
      type: 'string',
      value: 'DIR',
      complete: 'files',
      help: 'write one file for each namespace into this directory, which must be empty',
    },
  },
  async run(args, io) {
    if (args.text('from') !== 'v2' || args.text('to') !== 'v3')
      throw usageFailure('Manifests are migrated from v2 to v3.', 'portolan migrate --from v2 --to v3 DIR');
    if (args.words.length === 0)
      throw usageFailure('The manifests are missing.', 'Name a directory or files.');
    const { objects, problems } = await readManifests({ paths: args.words, kustomization: undefined }, io, {
      generation: 'v2',
    });
    const [problem] = problems.filter(({ severity }) => severity === 'error');
    if (problem !== undefined)
      throw new Failure(
        `${problem.file ?? ''}:${problem.line ?? 1}: ${problem.message}.`,
        'Correct it first. See: portolan validate',
      );
    const { migrateToV3 } = await import('@portolan/resources/migrate/migrate');
    const migrated = migrateToV3(objects.map(({ object }) => object));
    for (const { kind, namespace, name, message } of migrated.notes)
      tell(io, `note: ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}: ${message}`);
    const directory = args.text('output-dir');
    if (directory === undefined) print(io, formatObjects(migrated.objects));
    else await writeObjects(directory, migrated.objects);
    tell(
      io,
      `Migrated ${counted(objects.length, 'object')} to ${counted(migrated.objects.length, 'object')} of generation v3.`,
    );
    return 0;
  },
};
