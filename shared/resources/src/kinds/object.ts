/** What Kubernetes keeps about every object beside its content. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly [other: string]: unknown;
}

/** An object of any kind; only what identifies it has been checked. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [other: string]: unknown;
}

/** Where an object is found, whatever its version. */
export interface ObjectId {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Splits `group/version`; the core group is the empty string. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.lastIndexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `Kind.group/namespace/name`, the same for every version of an object. */
export function objectKey(object: KubernetesObject): string {
  return formatKey({
    group: parseApiVersion(object.apiVersion).group,
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  });
}

/** The key of an object that need not exist. */
export function formatKey(id: ObjectId): string {
  return `${id.kind}.${id.group}/${id.namespace}/${id.name}`;
}

/** Undoes `objectKey`; null for anything else. Kinds have no dot, namespaces and names no slash. */
export function parseKey(key: string): ObjectId | null {
  const [type = '', namespace, name, more] = key.split('/');
  const dot = type.indexOf('.');
  if (dot <= 0 || namespace === undefined || !name || more !== undefined) return null;
  return { group: type.slice(dot + 1), kind: type.slice(0, dot), namespace, name };
}

/** Whether a value parsed from JSON or YAML is a map. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
