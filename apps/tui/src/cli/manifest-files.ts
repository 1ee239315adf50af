import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadManifests, type LoadResult } from '@portolan/resources/manifests/load';
import type { Generation } from '@portolan/resources/kinds/registry';
import { usageFailure } from '../failure.ts';
import { readAll, type Io } from './io.ts';

const MANIFEST = /\.(ya?ml|json)$/i;

/** Reads the manifests of files, of whole directories, and of standard input (`-`). */
export async function readManifests(
  paths: readonly string[],
  io: Io,
  options: { generation?: Generation; namespace?: string },
): Promise<LoadResult> {
  const results: LoadResult[] = [];
  for (const path of paths) {
    if (path === '-') {
      results.push(loadManifests(await readAll(io.stdin), 'stdin', options));
      continue;
    }
    for (const file of await filesOf(path)) results.push(loadManifests(await readFile(file), file, options));
  }
  return { objects: results.flatMap((one) => one.objects), problems: results.flatMap((one) => one.problems) };
}

async function filesOf(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw usageFailure(`${path} cannot be read (${error.code ?? error.message}).`, 'Check the path.');
  });
  if (!status.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && MANIFEST.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0)
    throw usageFailure(`${path} holds no manifest.`, 'Manifests end in .yaml, .yml or .json.');
  return files.toSorted();
}

/** The generation a command was asked for; v2 when it was not. */
export function generationOf(text: string | undefined): Generation {
  return text === 'v3' ? 'v3' : 'v2';
}
