import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { z } from 'zod';
import { kubernetesObject } from '@portolan/contract/resources';
import type { Origin } from '@portolan/resources/kinds/origin';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import { KeptFile } from '../kept-file.ts';

const line = z.number().int();
const origin: z.ZodType<Origin> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), file: z.string(), line }),
  z.object({ kind: z.literal('cluster') }),
  z.object({ kind: z.literal('platform') }),
]);
/** Versions up to 0.1 kept `source`, where a file named `(platform)` meant an object of the platform. */
const formerSource = z
  .object({ file: z.string(), line })
  .transform(({ file, line }): Origin =>
    file === '(platform)' ? { kind: 'platform' } : { kind: 'file', file, line },
  );
const schema = z.array(
  z.union([
    z.object({ object: kubernetesObject, origin }),
    z
      .object({ object: kubernetesObject, source: formerSource })
      .transform(({ object, source }) => ({ object, origin: source })),
  ]),
);

/** Last valid versions of objects whose newest version is invalid or unreadable, kept over a restart. */
export class LastValidObjects {
  readonly #file: KeptFile<typeof schema>;
  #kept: readonly SourcedObject[] = [];

  constructor(stateDir: string, onDamaged: (path: string) => void) {
    this.#file = new KeptFile(join(stateDir, 'held-objects'), schema, onDamaged);
  }

  async load(): Promise<readonly SourcedObject[]> {
    const kept = await this.#file.load();
    // The schema describes the same objects more loosely.
    this.#kept = (kept?.value ?? []) as readonly SourcedObject[];
    return this.#kept;
  }

  /** Resolves once they are on disk; rejects when the disk refuses. */
  async save(objects: readonly SourcedObject[]): Promise<void> {
    if (isDeepStrictEqual(objects, this.#kept)) return;
    await this.#file.save(objects as z.output<typeof schema>);
    this.#kept = objects;
  }

  /** Resolves once nothing is being written. */
  settled(): Promise<void> {
    return this.#file.settled();
  }
}
