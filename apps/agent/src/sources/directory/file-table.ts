import { isDeepStrictEqual } from 'node:util';
import { objectKey } from '@portolan/resources/kinds/object';
import type { Generation } from '@portolan/resources/kinds/registry';
import { locationOf } from '@portolan/resources/kinds/origin';
import { loadManifests, type SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import type { SourceUpdate } from '../source.ts';

interface FileEntry {
  /** By `objectKey`. */
  readonly objects: ReadonlyMap<string, SourcedObject>;
  /** Keys of objects that an earlier content declared and that this one, which cannot be read whole, does not. */
  readonly stale: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Objects by file. While a file cannot be read whole, the objects it declared before are kept, as stale ones. */
export class FileTable {
  readonly #generation: Generation;
  readonly #files = new Map<string, FileEntry>();
  #version = 0;
  #published: ReadonlyMap<string, SourcedObject> | null = null;

  constructor(generation: Generation) {
    this.#generation = generation;
  }

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  /** Restores objects of files from before a restart, in case the files can no longer be read whole. */
  restore(objects: readonly SourcedObject[]): void {
    for (const sourced of objects) {
      const { origin } = sourced;
      if (origin.kind !== 'file') continue;
      const key = objectKey(sourced.object);
      const known = this.#files.get(origin.file)?.objects ?? [];
      const declared = new Map([...known, [key, sourced]]);
      this.#files.set(origin.file, { objects: declared, stale: new Set(declared.keys()), problems: [] });
    }
  }

  /** Forgets every file that is not among these. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const file of this.#files.keys()) {
      if (!files.has(file)) this.#files.delete(file);
    }
  }

  /** Reads the content of a new or changed file. */
  put(file: string, content: Uint8Array): void {
    const { objects, problems } = loadManifests(content, file, { generation: this.#generation });
    const isWhole = problems.every((problem) => problem.severity !== 'error');
    const former = this.#files.get(file)?.objects;
    const declared = new Map(isWhole ? [] : former);
    const duplicates: Problem[] = [];
    const seen = new Map<string, SourcedObject>();
    for (const sourced of objects) {
      const key = objectKey(sourced.object);
      const first = seen.get(key);
      if (first) {
        duplicates.push(duplicate(sourced, first));
        continue;
      }
      seen.set(key, sourced);
      // An object that stayed the same keeps its identity, so that nothing follows from it.
      const known = former?.get(key);
      declared.set(key, known !== undefined && isDeepStrictEqual(known, sourced) ? known : sourced);
    }
    const stale = new Set([...declared.keys()].filter((key) => !seen.has(key)));
    this.#set(file, { objects: declared, stale, problems: [...problems, ...duplicates] });
  }

  /** Notes that a file is there but cannot be read; the objects it declared stay, as stale ones. */
  refuse(file: string, problem: Problem): void {
    const objects = this.#files.get(file)?.objects ?? new Map<string, SourcedObject>();
    this.#set(file, { objects, stale: new Set(objects.keys()), problems: [problem] });
  }

  /** Removes a file and its objects. */
  remove(file: string): void {
    if (this.#files.delete(file)) this.#version++;
  }

  #set(file: string, entry: FileEntry): void {
    this.#files.set(file, entry);
    this.#version++;
  }

  /** Returns what changed since the call before; the first time, everything. */
  nextUpdate(): SourceUpdate {
    const { objects, stale, problems } = this.#resolve();
    const before = this.#published;
    this.#published = objects;
    if (before === null) return { kind: 'snapshot', objects, stale, problems };
    const upserts = new Map([...objects].filter(([key, sourced]) => before.get(key) !== sourced));
    const deletes = [...before.keys()].filter((key) => !objects.has(key));
    return { kind: 'delta', upserts, deletes, stale, problems };
  }

  // Every key once: of two files that declare it, the first by path wins and a problem names both.
  #resolve() {
    const winners = new Map<string, SourcedObject>();
    const stale = new Set<string>();
    const problems: Problem[] = [];
    const paths = [...this.#files.keys()].toSorted();
    for (const path of paths) {
      const entry = this.#files.get(path);
      if (!entry) continue;
      problems.push(...entry.problems);
      for (const [key, sourced] of entry.objects) {
        const winner = winners.get(key);
        if (winner) {
          problems.push(duplicate(sourced, winner));
          continue;
        }
        winners.set(key, sourced);
        if (entry.stale.has(key)) stale.add(key);
      }
    }
    return { objects: winners, stale, problems };
  }
}

function duplicate(loser: SourcedObject, winner: SourcedObject): Problem {
  const { kind, metadata } = loser.object;
  const { file, line } = locationOf(winner.origin);
  const place = `${file}:${line}`;
  return {
    code: 'duplicate-object',
    severity: 'error',
    ...locationOf(loser.origin),
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    message: `${kind} ${metadata.name} is also declared at ${place}, which is used`,
    fix: 'remove or rename one of them',
  };
}
