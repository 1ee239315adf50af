import type { KubernetesObject } from '../kinds/object.ts';

const HUB = 'hub.traefik.io/v1alpha1';
const TRAEFIK = 'traefik.io/v1alpha1';

interface Named {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Returns an object of hub.traefik.io. */
export function hubManifest(kind: string, metadata: Named, spec: object): KubernetesObject {
  return { apiVersion: HUB, kind, metadata: withoutEmpty(metadata), spec: withoutUndefined(spec) };
}

/** Returns an object of traefik.io. */
export function traefikManifest(kind: string, metadata: Named, spec: object): KubernetesObject {
  return { apiVersion: TRAEFIK, kind, metadata: withoutEmpty(metadata), spec: withoutUndefined(spec) };
}

/** Returns the fields that have a value. */
export function withoutUndefined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function withoutEmpty({ labels = {}, annotations = {}, ...name }: Named): KubernetesObject['metadata'] {
  return {
    ...name,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

/** Returns a name of several parts that is a DNS label (RFC 1123 §2.1). */
export function labelOf(...parts: readonly string[]): string {
  const text = parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/-+/g, '-');
  return text.slice(0, 63).replaceAll(/^-+|-+$/g, '') || 'x';
}
