import { join } from 'node:path';
import { readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';

export type CredentialFile = 'joining.json' | 'credential.json';

/** Where an agent keeps what it authenticates with; replicas of one agent share it. */
export interface CredentialFiles {
  /** Returns the text of a file; null when there is none. */
  load(file: CredentialFile): Promise<string | null>;
  /** Replaces a file by what `change` returns for it, and returns what is kept then; no change of another replica is lost. */
  update(file: CredentialFile, change: (current: string | null) => string): Promise<string>;
}

/** Keeps the files in the state directory. */
export function diskCredentialFiles(stateDir: string): CredentialFiles {
  const load = (file: CredentialFile) => readIfExists(join(stateDir, file));
  return {
    load,
    async update(file, change) {
      const text = change(await load(file));
      await writeFileAtomic(join(stateDir, file), text);
      return text;
    },
  };
}
