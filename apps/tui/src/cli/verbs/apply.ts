import { applyResources, deleteResource } from '@portolan/contract/resources';
import { objectKey } from '@portolan/resources/kinds/object';
import { validateObject } from '@portolan/resources/validate/validate';
import type { LoadResult } from '@portolan/resources/manifests/load';
import { Failure, usageFailure } from '../../failure.ts';
import { findKindByName } from '../../kinds/all-kinds.ts';
import { cellOf } from '../../kinds/block.ts';
import { findRow } from '../../kinds/kind.ts';
import { diffObjects } from '../../kinds/manifest-diff.ts';
import { removers } from '../../kinds/removers.ts';
import { connect } from '../connect.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { print, type Io } from '../io.ts';
import { generationOf, readManifests } from '../manifest-files.ts';
import { plainTheme } from '../terminal.ts';
import { platformFlags, type Arguments, type Flags, type Verb } from '../verb.ts';

const fileFlags: Flags = {
  filename: {
    type: 'string',
    short: 'f',
    multiple: true,
    value: 'FILE|DIR|-',
    help: 'manifests; a directory with all below it, "-" for standard input',
  },
  cluster: { type: 'string', value: 'NAME', help: 'cluster; needed where there are several' },
  namespace: { type: 'string', short: 'n', value: 'NAME', help: 'namespace of objects that name none' },
  generation: {
    type: 'string',
    value: 'v2|v3',
    choices: ['v2', 'v3'],
    help: 'shapes of the kinds; v2 when absent',
  },
};

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

export const deleteVerb: Verb = {
  name: 'delete',
  usage: 'KIND NAME… | -f FILE|DIR|-',
  summary: 'Delete things by name, or the objects of manifests',
  examples: ['portolan delete user ada@example.com', 'portolan delete -f api.yaml --yes'],
  complete: 'kinds',
  flags: { ...fileFlags, ...yesFlag, ...platformFlags },
  async run(args, io) {
    if (args.texts('filename').length > 0) return deleteManifests(args, io);
    const [word, ...names] = args.words;
    if (word === undefined || names.length === 0)
      throw usageFailure('What is to be deleted?', 'portolan delete KIND NAME…, or -f FILE.');
    const kind = findKindByName(word);
    const remove = kind === null ? undefined : removers[kind.name];
    if (kind === null || remove === undefined)
      throw usageFailure(
        `"${word}" cannot be deleted by name.`,
        `What can: ${Object.keys(removers).join(', ')}.`,
      );
    const session = await connect(args, io);
    const rows = await Promise.all(names.map((name) => findRow(kind, session, name)));
    const missing = names.filter((_, at) => rows[at] === null);
    if (missing.length > 0)
      throw new Failure(
        `There is no ${kind.singular} "${missing.join('", "')}" in workspace ${session.workspace}.`,
        `Nothing was deleted. List them: portolan get ${kind.name}`,
      );
    await confirm(io, `This deletes ${kind.singular} ${names.join(', ')}.`, args.has('yes'));
    for (const row of rows) {
      await remove(session, row);
      print(io, `${kind.singular}/${kind.label(row)} deleted`);
    }
    return 0;
  },
};

async function deleteManifests(args: Arguments, io: Io): Promise<number> {
  const { objects } = await readValid(args, io);
  const session = await connect(args, io);
  const cluster = args.text('cluster');
  await confirm(io, `This deletes ${objects.length} objects.`, args.has('yes'));
  for (const { object } of objects) {
    const query = { key: objectKey(object), ...(cluster === undefined ? {} : { cluster }) };
    await session.client.call(deleteResource, { params: { workspace: session.workspace }, query });
    print(io, `${object.kind}/${object.metadata.name} deleted`);
  }
  return 0;
}

/** The objects of the manifests; refuses the lot when one of them is not valid, so that nothing is half done. */
async function readValid(args: Arguments, io: Io): Promise<LoadResult> {
  const paths = args.texts('filename');
  if (paths.length === 0) throw usageFailure('Which manifests?', 'Name them with -f FILE, -f DIR or -f -.');
  const generation = generationOf(args.text('generation'));
  const namespace = args.text('namespace');
  const loaded = await readManifests(paths, io, {
    generation,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const [problem] = loaded.problems.filter((one) => one.severity === 'error');
  if (problem)
    throw new Failure(
      `${problem.file ?? ''}:${problem.line ?? 1}: ${problem.message}.`,
      'Nothing was done. See: portolan validate',
    );
  for (const { object, source } of loaded.objects) {
    const { valid, errors } = validateObject(object, { generation });
    const [first] = errors;
    if (!valid)
      throw new Failure(
        `${source.file}:${source.line}: ${object.kind} ${object.metadata.name}: ${first?.field ?? ''}: ${first?.message ?? 'not valid'}.`,
        'Nothing was done. See: portolan validate',
      );
  }
  if (loaded.objects.length === 0) throw usageFailure('The manifests hold no object.', 'Check the files.');
  return loaded;
}
