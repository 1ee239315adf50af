import type { Generation } from '@portolan/resources/kinds/registry';
import type { LoadedObject } from '@portolan/resources/manifests/load';
import { validObjects } from '@portolan/console/actions/manifests';
import { usageFailure } from '@portolan/console/failure';
import type { Io } from '../terminal/io.ts';
import { generationFor } from './cluster-generation.ts';
import { readManifests } from './manifest-files.ts';
import type { Arguments } from './verb.ts';

/**
 * Returns the objects of the manifests, of the generation of their cluster unless another is given; throws Failure when
 * one of them is not valid, so that all or none are applied.
 */
export async function readValidManifests(
  args: Arguments,
  io: Io,
  known?: Generation,
): Promise<{ readonly objects: readonly LoadedObject[]; readonly generation: Generation }> {
  const paths = args.texts('filename');
  if (paths.length === 0)
    throw usageFailure('The manifests are missing.', 'Pass them with -f FILE, -f DIR, -f URL or -f -.');
  const generation = known ?? (await generationFor(args, io));
  const namespace = args.text('namespace');
  const loaded = await readManifests(paths, io, {
    generation,
    ...(namespace === undefined ? {} : { namespace }),
  });
  return { objects: await validObjects(loaded, generation), generation };
}
