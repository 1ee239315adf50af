import type { DesiredState } from '@portolan/contract/desired-state';
import { objectKey } from '@portolan/resources/kinds/object';
import { isPlatformCopy } from '../kubernetes/writer/made-object.ts';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';

/** Objects by `objectKey`. */
export type Objects = ReadonlyMap<string, SourcedObject>;

export interface Merged {
  readonly objects: Objects;
  readonly problems: readonly Problem[];
}

/** Returns the objects of a desired state by key. */
export function fromPlatform(objects: DesiredState['objects']): Objects {
  // The contract describes the same objects more loosely; the compiler validates them.
  const sourced = objects.map((object) => ({
    object: object as SourcedObject['object'],
    origin: { kind: 'platform' } as const,
  }));
  return new Map(sourced.map((each) => [objectKey(each.object), each]));
}

/**
 * Merges objects into one per key; the cluster's own source wins over the platform. Copies of the platform's objects in the cluster
 * count for nothing: they have the rights of who made them on the platform, and are never reported as objects of the cluster.
 */
export function merge(source: Objects, platform: Objects): Merged {
  const own = new Map([...source].filter(([, { object }]) => !isPlatformCopy(object)));
  const objects = new Map(own);
  const problems: Problem[] = [];
  for (const [key, sourced] of platform) {
    const winner = own.get(key);
    if (winner) problems.push(shadowed(sourced, winner));
    else objects.set(key, sourced);
  }
  return { objects, problems };
}

function shadowed(loser: SourcedObject, { origin }: SourcedObject): Problem {
  const { kind, metadata } = loser.object;
  const [place, winner] =
    origin.kind === 'file'
      ? [`in ${origin.file}:${origin.line}`, 'the file']
      : ['in the cluster', 'the cluster’s'];
  return {
    code: 'owned-elsewhere',
    severity: 'warning',
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    message: `${kind} ${metadata.name} exists both on the platform and ${place}; ${winner} is used`,
    fix: 'delete one of them',
  };
}
