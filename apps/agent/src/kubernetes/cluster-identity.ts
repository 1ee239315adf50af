import { retry } from '@portolan/process/retry';
import { hasCode } from './client/api-error.ts';
import type { ApiResource } from './client/api-resource.ts';
import type { KubeClient } from './client/kube-client.ts';

const NAMESPACES: ApiResource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
};
const RETRY = { baseMs: 500, capMs: 30_000, floor: 0.2, attemptsMax: Infinity };

/**
 * Returns what a cluster is recognised by, the UID of its namespace kube-system, once the API server answers; null where it may not
 * be read. Rejects when the signal aborts.
 */
export async function readClusterUid(client: KubeClient, signal: AbortSignal): Promise<string | null> {
  const namespace = await retry(
    () =>
      client.find(NAMESPACES, { name: 'kube-system' }, { signal }).catch((error: unknown) => {
        if (hasCode(error, 403)) return null;
        throw error;
      }),
    { ...RETRY, signal },
  );
  return namespace?.metadata.uid ?? null;
}
