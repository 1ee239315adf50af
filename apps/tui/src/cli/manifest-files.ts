import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '@portolan/resources/manifests/load-limits';
import {
  loadManifests,
  loadValues,
  type LoadedValues,
  type LoadResult,
} from '@portolan/resources/manifests/load';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { Problem } from '@portolan/resources/problem';
import { Failure, usageFailure } from '@portolan/console/failure';
import type { Io } from '../terminal/io.ts';
import { buildKustomization } from './build-kustomization.ts';
import type { Arguments } from './verb.ts';

const DOWNLOAD_TIMEOUT_MS = 60_000;
const MANIFEST = /\.(ya?ml|json)$/i;

/** Where manifests come from: paths (files, directories, URLs, or `-` for standard input), or a kustomization. */
export interface ManifestSources {
  readonly paths: readonly string[];
  /** Directory with a `kustomization.yaml`. */
  readonly kustomization?: string | undefined;
}

/** Returns the sources that a command line names; throws Failure unless it names paths or a kustomization, and not both. */
export function manifestSources(args: Arguments, words: readonly string[] = []): ManifestSources {
  const paths = [...args.texts('filename'), ...words];
  const kustomization = args.text('kustomize');
  if (kustomization !== undefined && paths.length > 0)
    throw usageFailure('Manifests come from -f or from -k, not both.', 'Pass one of them.');
  if (kustomization === undefined && paths.length === 0)
    throw usageFailure(
      'The manifests are missing.',
      'Pass them with -f FILE, -f DIR, -f URL, -f - or -k DIR.',
    );
  return { paths, kustomization };
}

/** Reads manifests. */
export async function readManifests(
  sources: ManifestSources,
  io: Io,
  options: { generation?: Generation; namespace?: string },
): Promise<LoadResult> {
  const results = await readEach(sources, io, (text, file) => loadManifests(text, file, options));
  return { objects: results.flatMap((one) => one.objects), problems: results.flatMap((one) => one.problems) };
}

/** Reads the same as unparsed values, to validate them. */
export async function readValues(sources: ManifestSources, io: Io): Promise<LoadedValues> {
  const results = await readEach(sources, io, (text, file) => loadValues(text, file));
  return { values: results.flatMap((one) => one.values), problems: results.flatMap((one) => one.problems) };
}

async function readEach<T extends { readonly problems: readonly Problem[] }>(
  { paths, kustomization }: ManifestSources,
  io: Io,
  read: (text: string | Uint8Array, file: string) => T,
): Promise<readonly T[]> {
  if (kustomization !== undefined) return [read(await buildKustomization(kustomization), kustomization)];
  const results: T[] = [];
  for (const path of paths) {
    if (path === '-') results.push(read(await readAtMost(io.stdin), 'stdin'));
    else if (/^https?:\/\//i.test(path)) results.push(read(await readAtMost(await download(path)), path));
    else for (const file of await filesOf(path)) results.push(read(await readAtMost(openFile(file)), file));
  }
  return results;
}

/** Returns the content of a manifest on the web, read no further than a manifest may be long. */
async function download(url: string): Promise<AsyncIterable<unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) }).catch(
    (error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new Failure(
        `${url} cannot be downloaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      );
    },
  );
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Failure(
      `${url} cannot be downloaded: the server responded with ${response.status}.`,
      'Check the URL.',
    );
  }
  return response.body;
}

async function* openFile(path: string): AsyncIterable<unknown> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

// More than a manifest may hold is not read.
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
    throw usageFailure(`${path} contains no manifests.`, 'Manifests end in .yaml, .yml or .json.');
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

/** Returns the generation of --generation; v2 by default. */
export function generationOf(text: string | undefined): Generation {
  return text === 'v3' ? 'v3' : 'v2';
}
