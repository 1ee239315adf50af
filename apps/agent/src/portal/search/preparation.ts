import type { Router } from '@portolan/resources/decide/router';
import type { DocumentFinder } from '../portal-request.ts';
import { catalogueOf } from '../catalogue/catalogue.ts';
import { documentIndex } from '../catalogue/document.ts';
import { placesOf } from '../catalogue/operation-places.ts';
import { prepareContent } from './catalogue-entries.ts';
import { prepareOperations } from './operations.ts';

/** Pages wait until the model has not changed for so long: changes come in bursts. */
const PAUSE_MS = 500;
/** Requests wait no longer for a step of the work. */
const STEP_MS = 4;

/**
 * Makes ready what pages of portals need of the model and the documents, whoever asks for them: how operations are reached, and the words
 * by which they are found. It is done between requests, so that the first reader waits as little as the next.
 */
export class Preparation {
  readonly #parts: { readonly router: () => Router | null; readonly documents: DocumentFinder };
  #timer: NodeJS.Timeout | null = null;
  #work: Iterator<void> | null = null;
  #done = Promise.withResolvers<void>();

  constructor(parts: { readonly router: () => Router | null; readonly documents: DocumentFinder }) {
    this.#parts = parts;
  }

  /** Begins anew, for another model or other documents. */
  restart(): void {
    if (this.#timer === null && this.#work === null) this.#done = Promise.withResolvers();
    this.#work = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), PAUSE_MS);
    this.#timer.unref();
  }

  /** Resolves when all of it is done. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#work = null;
  }

  #begin(): void {
    this.#timer = null;
    const router = this.#parts.router();
    if (router === null) return;
    this.#work = steps(router, this.#parts.documents);
    this.#step(this.#work);
  }

  #step(work: Iterator<void>): void {
    if (this.#work !== work) return;
    const until = performance.now() + STEP_MS;
    while (performance.now() < until) {
      if (work.next().done !== true) continue;
      this.#work = null;
      this.#done.resolve();
      return;
    }
    setImmediate(() => this.#step(work));
  }
}

function* steps(router: Router, documents: DocumentFinder): Generator<void> {
  const { model } = router;
  for (const entry of model.catalogue.values()) if (entry.kind === 'content') yield* prepareContent(entry);
  const portals = new Set(
    model.routes.flatMap(({ target }) => (target.kind === 'portal' ? [target.portal] : [])),
  );
  for (const portal of portals) {
    for (const { versions } of catalogueOf(model, portal)) {
      for (const version of versions) {
        const fetched = documents(version.documentKey);
        if (fetched === null) continue;
        const index = documentIndex(fetched);
        const places = placesOf(router, version, index);
        for (const entry of index.operations) {
          places.of(entry).at(0);
          yield;
        }
        yield* prepareOperations(index);
      }
    }
  }
}
