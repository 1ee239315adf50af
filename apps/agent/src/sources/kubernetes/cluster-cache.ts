import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { kubernetesObject } from '@portolan/contract/resources';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { KeptFile } from '../../kept-file.ts';

const schema = z.object({ cluster: z.string(), objects: z.array(kubernetesObject) });

export interface ClusterCacheOptions {
  readonly directory: string;
  /** Which cluster and part of it: what was kept of another one is not used. */
  readonly cluster: string;
  /** `KIND.GROUP` of all files. */
  readonly types: readonly string[];
  /** Returns the objects of a type as they are to be kept. */
  readonly objectsOf: (type: string) => readonly KubernetesObject[];
  readonly onDamaged: (path: string) => void;
  readonly onError: (error: unknown) => void;
  /** Time from a change to its writing. */
  readonly delayMs?: number;
}

const DELAY_MS = 5_000;

/** Keeps the objects of a cluster on disk, a file for each kind, so that a restart serves them while the API server is away. */
export class ClusterCache {
  readonly #options: ClusterCacheOptions;
  readonly #files: ReadonlyMap<string, KeptFile<typeof schema>>;
  readonly #dirty = new Set<string>();
  readonly #closing = new AbortController();
  #writing: Promise<void> | null = null;

  constructor(options: ClusterCacheOptions) {
    this.#options = options;
    const { directory, types, onDamaged } = options;
    const fileOf = (type: string) => new KeptFile(join(directory, fileName(type)), schema, onDamaged);
    this.#files = new Map(types.map((type) => [type, fileOf(type)]));
  }

  /** Returns what was kept of a kind of this cluster. */
  async load(type: string): Promise<readonly KubernetesObject[]> {
    const kept = await this.#files.get(type)?.load();
    // The schema describes the same objects more loosely.
    return kept?.value.cluster === this.#options.cluster
      ? (kept.value.objects as readonly KubernetesObject[])
      : [];
  }

  /** Writes the objects of a kind soon. */
  changed(type: string): void {
    if (this.#closing.signal.aborted) return;
    this.#dirty.add(type);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Writes what has not been written yet. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { cluster, objectsOf, onError, delayMs = DELAY_MS } = this.#options;
    while (this.#dirty.size > 0) {
      await delay(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      const [...types] = this.#dirty;
      this.#dirty.clear();
      for (const type of types)
        await this.#files
          .get(type)
          ?.save({ cluster, objects: [...objectsOf(type)] })
          .catch(onError);
    }
  }
}

/** `API.hub.traefik.io` is kept in `API.hub.traefik.io`, `Service.` in `Service`. */
function fileName(type: string): string {
  return type.replace(/\.$/, '');
}
