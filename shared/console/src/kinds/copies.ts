import { getResource } from '@portolan/contract/resources';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import type { Copy } from './kind.ts';
import { withoutNoise } from './manifest-diff.ts';

/** The addresses and the manifest of an object. */
export function objectCopies(row: {
  readonly key: string;
  readonly clusterId: string;
  readonly urls?: readonly string[];
}): readonly Copy[] {
  return [
    ...(row.urls ?? []).map((url): Copy => ({ label: 'URL', note: url, read: () => url })),
    {
      label: 'manifest',
      note: 'YAML, as in its cluster',
      async read({ client, workspace }) {
        const query = { cluster: row.clusterId, key: row.key };
        const { object } = await client.call(getResource, { params: { workspace }, query });
        return formatYaml(withoutNoise(object));
      },
    },
  ];
}
