import { Compiler } from '@portolan/resources/compile/compiler';
import { buildRouter, type Router } from '@portolan/resources/decide/router';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { CompileInputs } from '../resources/compiled-clusters.ts';

/** A change of one object: as it was before, and after the revision. */
export interface ObjectChange {
  readonly key: string;
  readonly revision: number;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

/**
 * Models of a cluster as of revisions: the objects that it reports, those of the platform in the state of the revision. One
 * compiler goes from revision to revision, and compiles what differs.
 */
export class RevisionModels {
  readonly #compiler: Compiler;
  /** Changes of each object, oldest first. */
  readonly #history: ReadonlyMap<string, readonly ObjectChange[]>;
  readonly #held = new Map<string, string>();
  #router: Router;

  constructor({ reported, options, context }: CompileInputs, changes: readonly ObjectChange[]) {
    this.#history = Map.groupBy(changes, ({ key }) => key);
    this.#compiler = new Compiler(options);
    const others = [...reported].filter(([key]) => !this.#history.has(key)).map(([, object]) => object);
    this.#router = buildRouter(this.#compiler.update({ upserts: others, context }).model);
  }

  /** Returns the router of a revision. */
  at(revision: number): Router {
    const upserts: SourcedObject[] = [];
    const deletes: string[] = [];
    for (const [key, changes] of this.#history) {
      const state = stateAt(changes, revision);
      const content = JSON.stringify(state);
      if (this.#held.get(key) === content || (state === null && !this.#held.has(key))) continue;
      if (state === null) {
        this.#held.delete(key);
        deletes.push(key);
      } else {
        this.#held.set(key, content);
        upserts.push({ object: state as unknown as KubernetesObject, origin: { kind: 'platform' } });
      }
    }
    if (upserts.length > 0 || deletes.length > 0)
      this.#router = buildRouter(this.#compiler.update({ upserts, deletes }).model);
    return this.#router;
  }
}

function stateAt(changes: readonly ObjectChange[], revision: number): ObjectChange['after'] {
  const last = changes.findLast((change) => change.revision <= revision);
  return last === undefined ? (changes[0]?.before ?? null) : last.after;
}
