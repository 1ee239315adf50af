import { applyResources } from '@portolan/contract/resources';
import { cellOf } from '../../kinds/block.ts';
import { diffObjects } from '../../kinds/manifest-diff.ts';
import { connect } from '../connect.ts';
import { print } from '../io.ts';
import { fileFlags, readValid } from '../named-manifests.ts';
import { plainTheme } from '../terminal.ts';
import { platformFlags, type Verb } from '../verb.ts';

export const applyVerb: Verb = {
  name: 'apply',
  usage: '-f FILE|DIR|-…',
  summary: 'Create or change the objects of manifests, as one change',
  examples: ['portolan apply -f api.yaml', 'portolan apply -f manifests/ --diff --dry-run'],
  flags: {
    ...fileFlags,
    'dry-run': { type: 'boolean', help: 'only say what would change' },
    diff: { type: 'boolean', help: 'show what changes, line by line' },
    ...platformFlags,
  },
  async run(args, io) {
    const { objects } = await readValid(args, io);
    const { client, workspace } = await connect(args, io);
    const cluster = args.text('cluster');
    const body = {
      objects: objects.map(({ object }) => object),
      dryRun: args.has('dry-run'),
      ...(cluster === undefined ? {} : { cluster }),
    };
    const { changes } = await client.call(applyResources, { params: { workspace }, body });
    const theme = plainTheme(io);
    const words = { create: 'created', update: 'configured', unchanged: 'unchanged' } as const;
    for (const change of changes) {
      print(
        io,
        `${change.after.kind}/${change.after.metadata.name} ${words[change.change]}${args.has('dry-run') ? ' (dry run)' : ''}`,
      );
      if (!args.has('diff')) continue;
      for (const cell of diffObjects(change.before, change.after))
        print(io, theme.paint(cellOf(cell).tone, cellOf(cell).text));
    }
    return 0;
  },
};
