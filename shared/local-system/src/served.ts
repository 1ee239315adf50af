import type { Generation } from '@portolan/contract/clusters';

/** Where the agent of a local system reads resources from. */
export type Served = (ServedDirectory | ServedCluster) & {
  /** Generation of the hub.traefik.io resources there. */
  readonly generation: Generation;
};

interface ServedDirectory {
  readonly kind: 'directory';
  /** Directory of manifests. */
  readonly directory: string;
}

interface ServedCluster {
  readonly kind: 'cluster';
  /** File that says where the cluster is and who reads it. */
  readonly kubeconfig: string;
  /** Context of the kubeconfig, in place of its current one. */
  readonly context?: string | undefined;
  /** Namespaces to serve, with commas between; all of them without it. */
  readonly namespaces?: string | undefined;
}

/** Returns what is served, for people. */
export function describeServed(served: Served): string {
  if (served.kind === 'directory') return served.directory;
  const { kubeconfig, context } = served;
  return context === undefined ? `the cluster of ${kubeconfig}` : `the cluster ${context} of ${kubeconfig}`;
}

/** Returns the flags by which the agent serves it. */
export function servedFlags(served: Served): Readonly<Record<string, string>> {
  const { generation } = served;
  if (served.kind === 'directory') return { resources: served.directory, generation };
  const { kubeconfig, context, namespaces } = served;
  return {
    kubeconfig,
    generation,
    ...(context === undefined ? {} : { context }),
    ...(namespaces === undefined ? {} : { namespaces }),
  };
}
