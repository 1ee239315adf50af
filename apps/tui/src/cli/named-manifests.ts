import type { LoadResult } from '@portolan/resources/manifests/load';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { Io } from '../terminal/io.ts';
import type { Generation } from '@portolan/resources/kinds/registry';
import { generationFor } from './cluster-generation.ts';
import { readManifests } from './manifest-files.ts';
import { faultOf } from './manifest-object.ts';
import type { Arguments } from './verb.ts';

/**
 * Returns the objects of the manifests, of the generation of their cluster unless another is given; throws Failure when
 * one of them is not valid, so that all or none are applied.
 */
export async function readValid(
  args: Arguments,
  io: Io,
  known?: Generation,
): Promise<LoadResult & { readonly generation: Generation }> {
  const paths = args.texts('filename');
  if (paths.length === 0)
    throw usageFailure('The manifests are missing.', 'Pass them with -f FILE, -f DIR, -f URL or -f -.');
  const generation = known ?? (await generationFor(args, io));
  const namespace = args.text('namespace');
  const loaded = await readManifests(paths, io, {
    generation,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const [problem] = loaded.problems.filter((one) => one.severity === 'error');
  if (problem)
    throw new Failure(
      `${problem.file ?? ''}:${problem.line ?? 1}: ${problem.field === undefined ? '' : `${problem.field}: `}${problem.message}.`,
      'Nothing was changed. See: portolan validate',
    );
  const objects = loaded.objects.map(withoutStatus);
  for (const { object, origin } of objects) {
    const fault = faultOf(object, generation);
    if (fault !== null)
      throw new Failure(
        `${origin.file}:${origin.line}: ${object.kind} ${object.metadata.name}: ${fault}.`,
        'Nothing was changed. See: portolan validate',
      );
  }
  if (objects.length === 0) throw usageFailure('The manifests contain no objects.', 'Check the files.');
  return { ...loaded, objects, generation };
}

/** Removes what the cluster writes; `portolan get -o yaml | portolan apply -f -` carries it. */
function withoutStatus({ object, origin }: LoadResult['objects'][number]) {
  const { status: _status, ...rest } = object;
  return { object: rest, origin };
}
