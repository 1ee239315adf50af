import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  loadManifests,
  loadValues,
  type LoadedValues,
  type LoadResult,
} from '@portolan/resources/manifests/load';
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
  const results = await readEach(paths, io, (text, file) => loadManifests(text, file, options));
  return { objects: results.flatMap((one) => one.objects), problems: results.flatMap((one) => one.problems) };
}

/** The same, but the values as they stand, for someone who judges them. */
export async function readValues(paths: readonly string[], io: Io): Promise<LoadedValues> {
  const results = await readEach(paths, io, (text, file) => loadValues(text, file));
  return { values: results.flatMap((one) => one.values), problems: results.flatMap((one) => one.problems) };
}

async function readEach<T>(
  paths: readonly string[],
  io: Io,
  read: (text: string | Uint8Array, file: string) => T,
): Promise<readonly T[]> {
  const results: T[] = [];
  for (const path of paths) {
    if (path === '-') results.push(read(await readAll(io.stdin), 'stdin'));
    else for (const file of await filesOf(path)) results.push(read(await readFile(file), file));
  }
  return results;
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
