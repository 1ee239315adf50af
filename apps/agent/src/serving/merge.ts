import type { DesiredState } from '@portolan/contract/desired-state';
import { objectKey } from '@portolan/resources/kinds/object';
import { withoutAttached } from '../kubernetes/attached.ts';
import { isMade } from '../kubernetes/writer/made-object.ts';
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
 * Merges objects into one per key; the cluster's own source wins over the platform. What agents made in the cluster counts for
 * nothing: it is for other proxies and for people, and copies of the platform's objects have the rights of who made them there.
 */
export function merge(source: Objects, platform: Objects): Merged {
  const own = new Map<string, SourcedObject>();
  for (const [key, sourced] of source) if (!isMade(sourced.object)) own.set(key, asWritten(sourced));
  const objects = new Map(own);
  const problems: Problem[] = [];
  for (const [key, sourced] of platform) {
    const winner = own.get(key);
    if (winner) problems.push(shadowed(sourced, winner));
    else objects.set(key, sourced);
  }
  return { objects, problems };
}

/** The same object each time: what did not change is not compiled again. */
const written = new WeakMap<SourcedObject, SourcedObject>();

function asWritten(sourced: SourcedObject): SourcedObject {
  const known = written.get(sourced);
  if (known !== undefined) return known;
  const object = withoutAttached(sourced.object);
  const result = object === sourced.object ? sourced : { ...sourced, object };
  written.set(sourced, result);
  return result;
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
