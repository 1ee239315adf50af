import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const shape = z.object({
  name: z.string(),
  version: z.string(),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      optional: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});

/** A package of the registry that the lockfile names. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string | null;
  readonly resolved: string | null;
  /** Digest as npm writes it: `sha512-` and base64. */
  readonly integrity: string | null;
  /** Whether nothing that is shipped needs it. */
  readonly isDevelopment: boolean;
}

/** Returns the packages of a lockfile by name and version, each once. Workspaces are not among them. */
export function readLockedPackages(text: string): readonly LockedPackage[] {
  const found = new Map<string, LockedPackage>();
  for (const [path, entry] of Object.entries(shape.parse(JSON.parse(text)).packages)) {
    if (!path.includes('node_modules/') || entry.link || entry.version === undefined) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const key = `${name}@${entry.version}`;
    const known = found.get(key);
    found.set(key, {
      name,
      version: entry.version,
      licence: entry.license ?? null,
      resolved: entry.resolved ?? null,
      integrity: entry.integrity ?? null,
      isDevelopment: entry.dev && known?.isDevelopment !== false,
    });
  }
  return [...found.values()].toSorted((a, b) =>
    `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1,
  );
}

/** Returns the text of the lockfile of a checkout. */
export function readLockfile(root: string): string {
  return readFileSync(join(root, 'package-lock.json'), 'utf8');
}
