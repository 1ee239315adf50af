import { isRecord, type KubernetesObject, type ObjectMeta } from '@portolan/resources/kinds/object';

/** What is kept of an object of the cluster. */
export interface ClusterObject {
  /** As it is served: what people wrote, without what Kubernetes keeps about it. */
  readonly object: KubernetesObject;
  /** Its status and version, for what is written back; null where nothing is. */
  readonly observed: ObservedState | null;
}

/** State of an object that changes without a change of what people wrote. */
export interface ObservedState {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly status: unknown;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Keeps everything but status, managed fields and the copy that kubectl keeps in an annotation. */
export function projectWhole(object: KubernetesObject): KubernetesObject {
  const { status: _, metadata, ...content } = object;
  return { ...content, metadata: projectMetadata(metadata) };
}

/** Keeps of an EndpointSlice what routing reads: most of one is references to Pods. */
export function projectEndpointSlice(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata, addressType, ports } = object;
  const endpoints = Array.isArray(object['endpoints']) ? object['endpoints'].map(projectEndpoint) : null;
  const { name, namespace, labels, uid } = metadata;
  return {
    apiVersion,
    kind,
    metadata: defined({ name, namespace, labels, uid }),
    addressType,
    ports,
    endpoints,
  };
}

/** Keeps the name: these objects are only counted. */
export function projectName({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata: { name: metadata.name } };
}

/** Returns the state of an object that a writer compares with. */
export function observe({ metadata, status }: KubernetesObject): ObservedState {
  const { uid = '', resourceVersion = '', generation = 0 } = metadata;
  return { uid, resourceVersion, generation, status };
}

function projectEndpoint(endpoint: unknown): unknown {
  if (!isRecord(endpoint)) return endpoint;
  const { addresses, conditions, nodeName, zone } = endpoint;
  return Object.fromEntries(
    Object.entries({ addresses, conditions, nodeName, zone }).filter(([, value]) => value !== undefined),
  );
}

function projectMetadata(metadata: ObjectMeta): ObjectMeta {
  const { name, namespace, labels, annotations, uid, generation, creationTimestamp } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED);
  return defined({
    name,
    namespace,
    labels,
    annotations: kept.length === 0 ? undefined : Object.fromEntries(kept),
    uid,
    generation,
    creationTimestamp,
  });
}

function defined({
  name,
  ...optional
}: { readonly name: string } & Readonly<Record<string, unknown>>): ObjectMeta {
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { name, ...Object.fromEntries(given) };
}
