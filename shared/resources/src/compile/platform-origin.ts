import type { KubernetesObject } from '../kinds/object.ts';
import { destinationFaults } from './destinations.ts';
import type { Fault } from './unit.ts';

/** Returns what an object made on the platform must not be, contain or lead to, whatever else is in the cluster. */
export function platformOriginFaults(object: KubernetesObject): readonly Fault[] {
  return [...secretFaults(object), ...namespaceFaults(object), ...destinationFaults(object)];
}

/** Returns whether a Service leads to the control plane of the cluster, which objects made on the platform do not reach. */
export function isControlPlaneService(namespace: string, name: string): boolean {
  return isSystemNamespace(namespace) || (namespace === 'default' && name === 'kubernetes');
}

/** Kubernetes reserves the prefix (https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/). */
function isSystemNamespace(namespace: string): boolean {
  return namespace.startsWith('kube-');
}

function secretFaults({ apiVersion, kind }: KubernetesObject): readonly Fault[] {
  if (kind !== 'Secret' || apiVersion !== 'v1') return [];
  const message = 'Secrets cannot be applied through the platform. Create the Secret in its cluster';
  return [{ code: 'forbidden-kind', field: 'kind', message, fix: 'create the Secret in its cluster' }];
}

function namespaceFaults({ metadata }: KubernetesObject): readonly Fault[] {
  const { namespace = '' } = metadata;
  if (!isSystemNamespace(namespace)) return [];
  return [
    {
      code: 'forbidden-namespace',
      field: 'metadata.namespace',
      message: `Invalid value: "${namespace}": objects made on the platform cannot be in namespaces of Kubernetes itself (kube-*)`,
      fix: 'use another namespace, or declare the object in the cluster itself',
    },
  ];
}
