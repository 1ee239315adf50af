import type { Stage } from './exchange/exchange.ts';

/**
 * Stages that many routes share: a policy or middleware that several routes name keeps its connections, key sets and answers once. A
 * stage lasts as long as the object of the model that it was made for.
 */
export class SharedStages {
  readonly #stages = new WeakMap<object, Stage>();

  /** Returns the stage of an object, created on first use. @throws whatever `create` throws. */
  get(source: object, create: () => Stage): Stage {
    let stage = this.#stages.get(source);
    if (stage === undefined) {
      stage = create();
      this.#stages.set(source, stage);
    }
    return stage;
  }
}
