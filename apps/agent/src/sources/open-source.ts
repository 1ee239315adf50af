import { DirectorySource } from './directory/directory-source.ts';
import type { SourceOptions, Source } from './source.ts';

/**
 * Opens the source that the options name; nothing is read before it is started.
 * @throws StartupError when it cannot be used
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  return DirectorySource.open(options);
}
