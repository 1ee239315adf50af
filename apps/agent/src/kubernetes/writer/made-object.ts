import { createHash } from 'node:crypto';
import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../client/api-resource.ts';

/** Manager of the fields that the agent applies (server-side apply). Changing it needs a migration of what is in clusters. */
export const FIELD_MANAGER = 'portolan-agent';

/** Parts of the agent that write objects; each keeps a complete list of its objects. */
export type Part = 'access-control' | 'platform' | 'traefik';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const MANAGER = 'portolan';
const PART = 'portolan.dev/part';
const OWNER_UID = 'portolan.dev/owner-uid';
/** Hash of what was applied, so that fields that are no longer wanted are noticed too. */
const INTENT = 'portolan.dev/intent';

/** Selects everything that agents made. */
export const MADE_SELECTOR = `${MANAGED_BY}=${MANAGER}`;

/** An object that the agent makes: what is wanted of it, and what it is made for. */
export interface MadeObject {
  readonly resource: ApiResource;
  readonly object: KubernetesObject;
  /** The object it is deleted with; null for what belongs to the agent. */
  readonly owner: KubernetesObject | null;
}

/** Returns the object to apply: with labels, hash, and its owner as far as Kubernetes can collect it. */
export function prepare({ object, owner }: MadeObject, part: Part): KubernetesObject {
  const { metadata } = object;
  const uid = owner?.metadata.uid;
  const labels = {
    ...metadata.labels,
    [MANAGED_BY]: MANAGER,
    [PART]: part,
    ...(uid === undefined ? {} : { [OWNER_UID]: uid }),
  };
  const references = owner === null ? [] : ownerReferences(owner, metadata.namespace);
  const prepared = {
    ...object,
    metadata: {
      ...metadata,
      labels,
      ...(references.length === 0 ? {} : { ownerReferences: references }),
    },
  };
  const hash = createHash('sha256').update(JSON.stringify(prepared)).digest('base64url').slice(0, 22);
  const annotations = { ...metadata.annotations, [INTENT]: hash };
  return { ...prepared, metadata: { ...prepared.metadata, annotations } };
}

/** Returns a hash of what was prepared: equal ones are the same object with the same content. */
export function intentOf({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[INTENT] ?? '';
}

/** Returns whether an object was made by an agent. */
export function isMade(object: KubernetesObject): boolean {
  return object.metadata.labels?.[MANAGED_BY] === MANAGER;
}

/** Returns the label with the part that made an object. */
export function partOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[PART];
}

/** Returns whether a value has everything that another has; lists must be equal in length, and empty maps may be absent. */
export function contains(live: unknown, wanted: unknown): boolean {
  if (live === undefined && isEmpty(wanted)) return true;
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((item: unknown, index) => contains(live[index], item))
    );
  if (!isRecord(wanted)) return live === wanted;
  return isRecord(live) && Object.entries(wanted).every(([name, value]) => contains(live[name], value));
}

/** The API server leaves them out. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Kubernetes collects dependents in the namespace of their owner, and those of cluster-scoped owners. */
function ownerReferences(owner: KubernetesObject, namespace: string | undefined): readonly object[] {
  const { uid, name, namespace: ownerNamespace } = owner.metadata;
  if (uid === undefined || (ownerNamespace !== undefined && ownerNamespace !== namespace)) return [];
  return [{ apiVersion: owner.apiVersion, kind: owner.kind, name, uid }];
}
