import { setTimeout as delay } from 'node:timers/promises';
import { asObject } from '../client/watch-event.ts';
import { METADATA_ONLY, type ReflectedResource } from './reflected-resource.ts';
import type { Reflector } from './reflector.ts';
import { isOlderVersion } from './resource-version.ts';
import { storeKey } from './stored-objects.ts';

export interface AuditTiming {
  /** How long the reflector may take to arrive at the version of the list; servers send a bookmark each minute. */
  readonly catchUpMs: number;
  readonly pollMs: number;
}

const DEFAULT_TIMING: AuditTiming = { catchUpMs: 90_000, pollMs: 500 };

/**
 * Compares what a reflector has with a list of metadata from the server's watch cache, and returns the keys of the objects whose
 * change or deletion it missed: none, unless a server or something before it lost events. Rejects when the list cannot be had.
 */
export async function auditReflector<T>(
  reflector: Reflector<T>,
  resource: ReflectedResource<T>,
  signal: AbortSignal,
  timing: AuditTiming = DEFAULT_TIMING,
): Promise<readonly string[]> {
  const deleted = new Set<string>();
  const stopNoting = reflector.noteDeletes(deleted);
  try {
    const listed = new Map<string, string>();
    const { resourceVersion } = await resource.client.list(reflector.resource, {
      namespace: resource.scope.namespace,
      query: {
        resourceVersion: '0',
        resourceVersionMatch: 'NotOlderThan',
        fieldSelector: resource.scope.fieldSelector,
      },
      accept: METADATA_ONLY.list,
      signal,
      onItem: (item) => {
        const object = asObject(item);
        listed.set(storeKey(object), object.metadata.resourceVersion ?? '');
      },
    });
    const end = performance.now() + timing.catchUpMs;
    while (isOlderVersion(reflector.version, resourceVersion) && performance.now() < end)
      await delay(timing.pollMs, undefined, { signal });
    return differences(reflector, listed, resourceVersion, deleted);
  } finally {
    stopNoting();
  }
}

function differences<T>(
  { objects }: Reflector<T>,
  listed: ReadonlyMap<string, string>,
  listVersion: string,
  deleted: ReadonlySet<string>,
): string[] {
  const missed: string[] = [];
  for (const [key, version] of listed) {
    const stored = objects.get(key);
    if (stored === undefined ? !deleted.has(key) : isOlderVersion(stored.version, version)) missed.push(key);
  }
  for (const [key, { version }] of objects)
    if (!listed.has(key) && !isOlderVersion(listVersion, version)) missed.push(key);
  return missed;
}
