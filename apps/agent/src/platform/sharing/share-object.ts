import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { redact } from '@portolan/resources/kinds/redact';

/** Kinds of which only the number is sent, with heartbeats. */
export const COUNTED_KINDS: ReadonlySet<string> = new Set(['Node']);
/** Kinds of which only names, labels and the names of their entries are sent. */
export const NAMED_KINDS: ReadonlySet<string> = new Set(['Secret', 'ConfigMap']);

/** Returns an object as it may be sent to the platform; null for one that is only counted. */
export function shareObject(object: KubernetesObject): KubernetesObject | null {
  if (COUNTED_KINDS.has(object.kind)) return null;
  const { status: _, ...shared } = redact(object);
  if (!NAMED_KINDS.has(object.kind)) return shared;
  const { name, namespace, labels } = shared.metadata;
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
  };
  return { ...shared, metadata };
}
