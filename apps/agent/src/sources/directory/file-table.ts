import { isDeepStrictEqual } from 'node:util';
import { objectKey } from '@portolan/resources/kinds/object';
import { loadManifests, type SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import type { SourceSnapshot } from '../source.ts';

interface FileEntry {
  readonly objects: ReadonlyMap<string, SourcedObject>;
  readonly problems: readonly Problem[];
}

/** What each file declares. While a file cannot be read whole, nothing that it declared before is taken away. */
export class FileTable {
  readonly #files = new Map<string, FileEntry>();
  #version = 0;

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  /** Recalls what files declared before a restart, for those that can no longer be read whole. */
  recall(objects: readonly SourcedObject[]): void {
    for (const [file, declared] of Map.groupBy(objects, (sourced) => sourced.source.file)) {
      const entries = declared.map((sourced) => [objectKey(sourced.object), sourced] as const);
      this.#files.set(file, { objects: new Map(entries), problems: [] });
    }
  }

  /** Forgets every file that is not among these. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const file of this.#files.keys()) {
      if (!files.has(file)) this.#files.delete(file);
    }
  }

  /** Takes the content of a new or changed file. */
  put(file: string, content: Uint8Array): void {
    const { objects, problems } = loadManifests(content, file);
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
      // Whoever follows the table need not look again at what stayed the same.
      const known = former?.get(key);
      declared.set(key, known !== undefined && isDeepStrictEqual(known, sourced) ? known : sourced);
    }
    this.#set(file, { objects: declared, problems: [...problems, ...duplicates] });
  }

  /** Notes that a file is there but cannot be read; what it declared stays. */
  refuse(file: string, problem: Problem): void {
    this.#set(file, { objects: this.#files.get(file)?.objects ?? new Map(), problems: [problem] });
  }

  /** A file is gone, and with it what it declared. */
  remove(file: string): void {
    if (this.#files.delete(file)) this.#version++;
  }

  #set(file: string, entry: FileEntry): void {
    this.#files.set(file, entry);
    this.#version++;
  }

  /** Every key once: of two files that declare it, the first by path wins and a problem names both. */
  snapshot(): SourceSnapshot {
    const winners = new Map<string, SourcedObject>();
    const problems: Problem[] = [];
    const paths = [...this.#files.keys()].toSorted();
    for (const path of paths) {
      const entry = this.#files.get(path);
      if (!entry) continue;
      problems.push(...entry.problems);
      for (const [key, sourced] of entry.objects) {
        const winner = winners.get(key);
        if (winner) problems.push(duplicate(sourced, winner));
        else winners.set(key, sourced);
      }
    }
    return { objects: [...winners.values()], problems };
  }
}

function duplicate(loser: SourcedObject, winner: SourcedObject): Problem {
  const { kind, metadata } = loser.object;
  const place = `${winner.source.file}:${winner.source.line}`;
  return {
    code: 'duplicate-object',
    severity: 'error',
    ...loser.source,
    kind,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    message: `${kind} ${metadata.name} is declared here and at ${place}; the one at ${place} is used`,
    fix: 'remove or rename one of the two',
  };
}
