import type { Generation } from '@portolan/resources/kinds/registry';
import type { LoadedObject } from '@portolan/resources/manifests/load';
import { validObjects } from '@portolan/console/actions/manifests';
import type { Io } from '../terminal/io.ts';
import { generationFor } from './cluster-generation.ts';
import { manifestSources, readManifests } from './manifest-files.ts';
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
  const sources = manifestSources(args);
  const generation = known ?? (await generationFor(args, io));
  const namespace = args.text('namespace');
  const loaded = await readManifests(sources, io, {
    generation,
    ...(namespace === undefined ? {} : { namespace }),
  });
  return { objects: await validObjects(loaded, generation), generation };
}
