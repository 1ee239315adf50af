import { isCredentialField } from '@portolan/contract/secret-fields';
import { findKind, GENERATIONS } from './registry.ts';
import { isRecord, type KubernetesObject } from './object.ts';

/** Stands in the place of a secret. */
export const REDACTED = '<redacted>';
/** Holds a copy of the whole object, secrets included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const DATA_KINDS = new Set(['Secret', 'ConfigMap']);
const WORKLOADS = new Set(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** Returns the object as it may leave the cluster: without the values of Secrets, ConfigMaps, policies and environments. */
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

// Passwords and keys can be guessed offline from htpasswd lines and hashes, so these count as secrets.
function hidePolicySecret(name: string, parent: string, value: unknown): boolean {
  if (parent === 'basicAuth' && name === 'users') return true;
  if ((parent === 'keys' || parent === 'apiKeys') && name === 'value') return true;
  if (isReference(value)) return false;
  return PLUGIN_SECRETS.has(`${parent}.${name}`.toLowerCase()) || hasCredential(name, value);
}

/** Options of plugins of a Middleware that hold a credential under a name that others use for something else. */
const PLUGIN_SECRETS = new Set([
  'apikey.secretvalues',
  'keys.key',
  'ldap.bindpassword',
  'session.secret',
  'tls.key',
]);

/** `urn:k8s:secret:NAME:KEY` names a value of a Secret, and is none itself. */
function isReference(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('urn:k8s:secret:');
}

function hasCredential(name: string, value: unknown): boolean {
  return typeof value === 'string' && isCredentialField(name);
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
