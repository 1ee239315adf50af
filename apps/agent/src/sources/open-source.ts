import { DirectorySource } from './directory/directory-source.ts';
import { KubernetesSource } from './kubernetes/kubernetes-source.ts';
import type { SourceOptions, Source } from './source.ts';

/**
 * Opens the source that the options name; nothing is read before it is started.
 * @throws StartupError when it cannot be used
 */
export async function openSource({ from, ...options }: SourceOptions): Promise<Source> {
  if ('directory' in from) return DirectorySource.open({ ...options, resources: from.directory });
  const namespaces = options.namespaces.length === 0 ? null : options.namespaces;
  return new KubernetesSource({ ...options, client: from.cluster, namespaces });
}
