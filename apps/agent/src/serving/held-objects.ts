import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { z } from 'zod';
import { kubernetesObject } from '@portolan/contract/resources';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import { KeptFile } from '../kept-file.ts';

const schema = z.array(
  z.object({ object: kubernetesObject, source: z.object({ file: z.string(), line: z.number().int() }) }),
);

/** Last good forms of objects whose newest form is broken, so that a restart does not take them out of service. */
export class HeldObjects {
  readonly #file: KeptFile<typeof schema>;
  #kept: readonly SourcedObject[] = [];

  constructor(stateDir: string) {
    this.#file = new KeptFile(join(stateDir, 'held-objects'), schema);
  }

  async load(): Promise<readonly SourcedObject[]> {
    const kept = await this.#file.load();
    this.#kept = (kept?.value ?? []) as readonly SourcedObject[];
    return this.#kept;
  }

  async save(held: readonly SourcedObject[]): Promise<void> {
    if (isDeepStrictEqual(held, this.#kept)) return;
    this.#kept = held;
    await this.#file.save(held as z.output<typeof schema>);
  }

  settled(): Promise<void> {
    return this.#file.settled();
  }
}
