import { PlatformError } from '@portolan/contract/client';
import {
  getResource,
  listResources,
  type kubernetesObject,
  type Resource,
} from '@portolan/contract/resources';
import type { z } from 'zod';
import type { Session } from './kind.ts';

export type KubernetesObject = z.infer<typeof kubernetesObject>;

/** A reported object with what its manifest says. */
export interface HeldObject {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

const READS_AT_ONCE = 8;
const PAGE = 500;

/** Objects by session: one that did not change since is not read again. */
const known = new WeakMap<Session['client'], Map<string, HeldObject>>();

/** Every object of some Kubernetes kinds, whole. */
export async function readObjects(
  session: Session,
  kinds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly HeldObject[]> {
  const waiting = [...(await listAll(session, kinds, signal))];
  const found: HeldObject[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const held = await readOne(session, next, signal);
      if (held) found.push(held);
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, work));
  return found.toSorted((a, b) => a.resource.key.localeCompare(b.resource.key));
}

async function listAll(
  { client, workspace }: Session,
  kinds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Resource[]> {
  const rows: Resource[] = [];
  const filter = `kind=${kinds.join(',')}`;
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.call(listResources, { params: { workspace }, query }, signal);
    rows.push(...page.items.filter((row) => kinds.includes(row.kind)));
    cursor = page.next;
  }
  return rows;
}

async function readOne(
  { client, workspace }: Session,
  resource: Resource,
  signal?: AbortSignal,
): Promise<HeldObject | null> {
  const cache = known.get(client) ?? new Map<string, HeldObject>();
  known.set(client, cache);
  const place = `${resource.clusterId} ${resource.key}`;
  const held = cache.get(place);
  if (held?.resource.updatedAt === resource.updatedAt && held.resource.revision === resource.revision)
    return { resource, object: held.object };
  try {
    const query = { cluster: resource.clusterId, key: resource.key };
    const { object } = await client.call(getResource, { params: { workspace }, query }, signal);
    const fresh = { resource, object };
    cache.set(place, fresh);
    return fresh;
  } catch (error) {
    // Deleted since it was listed.
    if (error instanceof PlatformError && error.code === 'not-found') return null;
    throw error;
  }
}
