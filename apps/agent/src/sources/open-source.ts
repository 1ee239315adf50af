import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Generation } from '@portolan/resources/kinds/registry';
import { DirectorySource } from './directory/directory-source.ts';
import type { Source } from './source.ts';

export interface SourceOptions {
  /** Directory of manifests. */
  readonly resources: string;
  readonly generation: Generation;
  /** Last valid versions kept over a restart, for what can no longer be read. */
  readonly lastValid: readonly SourcedObject[];
}

/**
 * Opens the source that the options name; nothing is read before it is started.
 * @throws StartupError when it cannot be used
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  return DirectorySource.open(options);
}
