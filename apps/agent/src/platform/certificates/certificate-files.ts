import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';

/** A private key that this agent made, and the chain that was issued for it. */
const keptCertificate = z.object({
  /** PKCS #8 in PEM. */
  key: z.string(),
  /** PEM; null until it was issued and fetched. */
  chain: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type KeptCertificate = z.infer<typeof keptCertificate>;

/** Where an agent keeps its certificates, by the ids of their requests; replicas of one agent share them. */
export interface CertificateFiles {
  /** Returns what is kept; null when there is nothing, or nothing that can be read. */
  load(id: string): Promise<KeptCertificate | null>;
  /** Replaces what is kept by what `change` returns for it, and returns what is kept then. */
  update(id: string, change: (current: KeptCertificate | null) => KeptCertificate): Promise<KeptCertificate>;
  remove(id: string): Promise<void>;
  list(): Promise<string[]>;
}

// Ids come from the platform and become names of files.
const ID = /^crt_[0-9a-z]{1,60}$/;

/** Keeps certificates in files of the state directory that only their owner can read. */
export function diskCertificateFiles(stateDir: string): CertificateFiles {
  const directory = join(stateDir, 'certificates');
  const fileOf = (id: string) => join(directory, `${requireId(id)}.json`);
  const load = async (id: string) => parseKept(await readIfExists(fileOf(id)));
  return {
    load,
    async update(id, change) {
      const next = change(await load(id));
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFileAtomic(fileOf(id), JSON.stringify(next));
      return next;
    },
    remove: (id) => rm(fileOf(id), { force: true }),
    async list() {
      const names = await readdir(directory).catch(() => []);
      return names
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -'.json'.length))
        .filter((id) => ID.test(id));
    },
  };
}

/** @throws Error for an id that cannot be the name of a file or of an entry of a Secret. */
export function requireId(id: string): string {
  if (ID.test(id)) return id;
  throw new Error(`the platform sent an unusable certificate id: ${JSON.stringify(id.slice(0, 80))}`);
}

/** Parses what was kept; null where it is damaged: the key is then made again. */
export function parseKept(text: string | null): KeptCertificate | null {
  if (text === null) return null;
  try {
    return keptCertificate.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
