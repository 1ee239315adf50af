import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '@portolan/resources/manifests/bounds';
import {
  loadManifests,
  loadValues,
  type LoadedValues,
  type LoadResult,
} from '@portolan/resources/manifests/load';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { Problem } from '@portolan/resources/problem';
import { usageFailure } from '@portolan/console/failure';
import type { Io } from '../terminal/io.ts';

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

async function readEach<T extends { readonly problems: readonly Problem[] }>(
  paths: readonly string[],
  io: Io,
  read: (text: string | Uint8Array, file: string) => T,
): Promise<readonly T[]> {
  const results: T[] = [];
  for (const path of paths) {
    if (path === '-') results.push(read(await readAtMost(io.stdin), 'stdin'));
    else for (const file of await filesOf(path)) results.push(read(await readAtMost(openFile(file)), file));
  }
  return results;
}

async function* openFile(path: string): AsyncIterable<unknown> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

// What is more than a manifest may have is read no further than that shows.
async function readAtMost(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    chunks.push(bytes);
    size += bytes.length;
    if (size > DEFAULT_LIMITS.sizeBytesMax) break;
  }
  return Buffer.concat(chunks);
}

function unreadable(path: string, error: unknown): Error {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return usageFailure(`${path} cannot be read (${reason}).`, 'Check the path.');
}

async function filesOf(path: string): Promise<readonly string[]> {
  const status = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!status.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  // A file behind a link counts, as in a mounted ConfigMap; a directory behind one could lead back here.
  const files: string[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (!MANIFEST.test(entry.name)) continue;
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(file)))) files.push(file);
  }
  if (files.length === 0)
    throw usageFailure(`${path} holds no manifest.`, 'Manifests end in .yaml, .yml or .json.');
  return files.toSorted();
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isFile(),
    (error: unknown) => {
      throw unreadable(path, error);
    },
  );
}

/** The generation a command was asked for; v2 when it was not. */
export function generationOf(text: string | undefined): Generation {
  return text === 'v3' ? 'v3' : 'v2';
}
