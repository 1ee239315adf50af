import type { Topic } from '@portolan/contract/events';
import { getResource } from '@portolan/contract/resources';
import type { Session, Tab } from './kind.ts';
import { withoutNoise } from './manifest-noise.ts';

interface Placed {
  readonly key: string;
  readonly clusterId: string;
}

/** Live updates after which a manifest is read again. */
const TOPICS: readonly Topic[] = ['resources'];

/** Returns the tab that shows an object as YAML, as its cluster has it. */
export function manifestTab(row: Placed): Tab {
  return {
    id: 'yaml',
    title: 'YAML',
    blocks: [],
    topics: TOPICS,
    async read(session, signal) {
      const text = await readManifest(session, row, { signal });
      return [{ type: 'text', lines: text.trimEnd().split('\n') }];
    },
  };
}

/** Returns an object as YAML; `isPlain` leaves out the fields that its cluster writes. */
export async function readManifest(
  { client, workspace }: Session,
  { clusterId, key }: Placed,
  { signal, isPlain = false }: { readonly signal?: AbortSignal | undefined; readonly isPlain?: boolean },
): Promise<string> {
  const query = { cluster: clusterId, key };
  const { object } = await client.call(getResource, { params: { workspace }, query }, signal);
  // Writing YAML takes as much code as all lists together: loaded with the first manifest.
  const { formatYaml } = await import('@portolan/resources/manifests/format-yaml');
  return formatYaml(isPlain ? withoutNoise(object) : object);
}
