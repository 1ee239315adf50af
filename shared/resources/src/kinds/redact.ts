import { findKind, GENERATIONS } from './registry.ts';
import { isRecord, type KubernetesObject } from './object.ts';

const REDACTED = '<redacted>';
/** Holds a copy of the whole object, secrets included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const SECRET_NAMES =
  /^(signingSecret|clientSecret|secretKey|password|passwd|privateKey|accessToken|bearerToken|apiKey|authorization|proxy-authorization)$/i;
const DATA_KINDS = new Set(['Secret', 'ConfigMap']);
const WORKLOADS = new Set(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** The object as it may leave the cluster: values of Secrets, ConfigMaps, policies and environments stay behind. */
export function redact(object: KubernetesObject): KubernetesObject {
  const annotated = { ...object, metadata: withoutLastApplied(object.metadata) };
  const { apiVersion, kind, metadata } = annotated;
  if (GENERATIONS.every((generation) => findKind(apiVersion, kind, generation) === null)) {
    return { apiVersion, kind, metadata };
  }
  if (DATA_KINDS.has(kind)) {
    const hidden = ['data', 'stringData', 'binaryData'].flatMap((field) => {
      const map: unknown = object[field];
      return isRecord(map) ? [[field, mapValues(map, () => REDACTED)] as const] : [];
    });
    return { ...annotated, ...Object.fromEntries(hidden) };
  }
  const hide = WORKLOADS.has(kind) ? hideEnvironment : hidePolicySecret;
  return { ...annotated, ...('spec' in object ? { spec: rewrite(object.spec, '', hide) } : {}) };
}

function withoutLastApplied(metadata: KubernetesObject['metadata']): KubernetesObject['metadata'] {
  const { managedFields: _, annotations, ...rest } = metadata;
  if (annotations === undefined) return rest;
  return {
    ...rest,
    annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== LAST_APPLIED)),
  };
}

type Hide = (name: string, parent: string, value: unknown) => boolean;

function hideEnvironment(name: string, parent: string): boolean {
  return parent === 'env' && name === 'value';
}

// htpasswd lines and hashes of keys are guessed offline once they are known, so they count as secrets.
function hidePolicySecret(name: string, parent: string, value: unknown): boolean {
  if (parent === 'basicAuth' && name === 'users') return true;
  if (parent === 'keys' && name === 'value') return true;
  return typeof value === 'string' && SECRET_NAMES.test(name);
}

function rewrite(value: unknown, parent: string, hide: Hide): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, parent, hide));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      hide(name, parent, child) ? redactValue(child) : rewrite(child, name, hide),
    ]),
  );
}

function redactValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map(() => REDACTED) : REDACTED;
}

function mapValues(
  map: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
