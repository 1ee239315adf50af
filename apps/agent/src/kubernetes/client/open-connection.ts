import { StartupError } from '@portolan/process/startup-error';
import type { ClusterConnection } from './connection.ts';
import { inClusterConnection } from './in-cluster.ts';
import { kubeconfigConnection } from './kubeconfig.ts';

/** Where a cluster is found: in a kubeconfig file, or without one around this pod. */
export interface ClusterAddress {
  readonly kubeconfig?: string | undefined;
  /** Context of the kubeconfig to use in place of the current one. */
  readonly context?: string | undefined;
}

/**
 * Opens the connection to a cluster.
 * @throws StartupError when the kubeconfig cannot be used, or there is none and this is no pod
 */
export async function openConnection({ kubeconfig, context }: ClusterAddress): Promise<ClusterConnection> {
  if (kubeconfig !== undefined) return kubeconfigConnection({ file: kubeconfig, context });
  const connection = await inClusterConnection();
  if (connection !== null) return connection;
  throw new StartupError('This is not a pod of a Kubernetes cluster', 'Name a cluster with --kubeconfig.');
}
