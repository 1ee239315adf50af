import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../client/api-resource.ts';
import { KubeClient } from '../client/kube-client.ts';
import { kubeconfigConnection } from '../client/kubeconfig.ts';

declare module 'vitest' {
  interface ProvidedContext {
    kubeconfig: string;
    kubectl: string;
    /** Whether cluster IPs are loopback addresses of this machine. */
    hasLoopbackServices: boolean;
  }
}

const core = { group: '', version: 'v1' };

export const NAMESPACES: ApiResource = {
  ...core,
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};
export const CONFIG_MAPS: ApiResource = {
  ...core,
  plural: 'configmaps',
  kind: 'ConfigMap',
  isNamespaced: true,
};
export const SECRETS: ApiResource = { ...core, plural: 'secrets', kind: 'Secret', isNamespaced: true };
export const SERVICES: ApiResource = { ...core, plural: 'services', kind: 'Service', isNamespaced: true };

/** Returns a client that may do everything, and a namespace for one file of tests. */
export async function testCluster(): Promise<{
  client: KubeClient;
  namespace: string;
  close: () => Promise<void>;
}> {
  const client = new KubeClient(await kubeconfigConnection({ file: inject('kubeconfig') }));
  const namespace = `test-${randomBytes(5).toString('hex')}`;
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return {
    client,
    namespace,
    async close() {
      // Without a controller manager the namespace stays, in a cluster that is thrown away.
      await client.delete(NAMESPACES, { name: namespace });
      await client.close();
    },
  };
}

/** Returns a ConfigMap, the plainest object there is. */
export function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>> = {},
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
}
