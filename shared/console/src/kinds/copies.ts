import type { Copy } from './kind.ts';
import { readManifest } from './manifest-tab.ts';

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
      note: 'YAML, to be applied elsewhere',
      read: (session) => readManifest(session, row, { isPlain: true }),
    },
  ];
}
