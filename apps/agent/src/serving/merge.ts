import type { DesiredState } from '@portolan/contract/agent';
import { objectKey } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';

/** Stands where a file's name would be for objects that were made on the platform. */
export const PLATFORM_FILE = '(platform)';

export interface Merged {
  readonly objects: ReadonlyMap<string, SourcedObject>;
  readonly problems: readonly Problem[];
}

/** Gives objects made on the platform the form of those that were read. */
export function fromPlatform(objects: DesiredState['objects']): readonly SourcedObject[] {
  // The contract describes the same object more loosely; the compiler judges what is inside.
  return objects.map((object) => ({
    object: object as SourcedObject['object'],
    source: { file: PLATFORM_FILE, line: 1 },
  }));
}

/** Thousands of objects stay as they are when one changes: their keys are made once. */
const keys = new WeakMap<SourcedObject, string>();

function keyOf(sourced: SourcedObject): string {
  let key = keys.get(sourced);
  if (key === undefined) {
    key = objectKey(sourced.object);
    keys.set(sourced, key);
  }
  return key;
}

/** One object per key; the cluster's own source wins over the platform. */
export function merge(own: readonly SourcedObject[], platform: readonly SourcedObject[]): Merged {
  const objects = new Map(own.map((sourced) => [keyOf(sourced), sourced]));
  const problems: Problem[] = [];
  for (const sourced of platform) {
    const key = keyOf(sourced);
    const winner = objects.get(key);
    if (winner) problems.push(shadowed(sourced, winner));
    else objects.set(key, sourced);
  }
  return { objects, problems };
}

function shadowed(loser: SourcedObject, winner: SourcedObject): Problem {
  const { kind, metadata } = loser.object;
  return {
    code: 'owned-elsewhere',
    severity: 'warning',
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    message: `${kind} ${metadata.name} was made on the platform, but ${winner.source.file}:${winner.source.line} declares it too; the file is used`,
    fix: 'delete one of the two',
  };
}
