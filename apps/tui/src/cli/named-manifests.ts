import type { LoadResult } from '@portolan/resources/manifests/load';
import { validateObject } from '@portolan/resources/validate/validate';
import { Failure, usageFailure } from '../failure.ts';
import type { Io } from './io.ts';
import { generationOf, readManifests } from './manifest-files.ts';
import type { Arguments, Flags } from './verb.ts';

/** Flags of verbs that take manifests. */
export const fileFlags: Flags = {
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

/** The objects of the manifests; refuses the lot when one of them is not valid, so that nothing is half done. */
export async function readValid(args: Arguments, io: Io): Promise<LoadResult> {
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
      `${problem.file ?? ''}:${problem.line ?? 1}: ${problem.field === undefined ? '' : `${problem.field}: `}${problem.message}.`,
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
