import type { Router } from '@portolan/resources/decide/router';
import { RuleFacts } from '@portolan/resources/rules/facts';
import type { DocumentIndex, OperationEntry } from '../../gateway/openapi/compile/compiled.ts';
import type { ApiRoute, ListedVersion } from './catalogue.ts';
import { concretePaths, sampleRequest, type SampleRequest } from './sample-request.ts';

/** A request to an operation that the gateway routes to the API, without regard to rights. */
export interface OperationPlace {
  readonly place: ApiRoute;
  readonly request: SampleRequest;
  /** Clean path of the request, by which rights are decided. */
  readonly path: string;
}

/**
 * Requests by which the rights to the operations of one version are decided. They are the same for all callers, so they are found once
 * for a model, and what is decided for a caller costs little.
 */
export class OperationPlaces {
  readonly #router: Router;
  readonly #version: ListedVersion;
  readonly #index: DocumentIndex;
  readonly #known = new Map<OperationEntry, PlaceList>();

  constructor(router: Router, version: ListedVersion, index: DocumentIndex) {
    this.#router = router;
    this.#version = version;
    this.#index = index;
  }

  /** Returns the places of an operation, likeliest first; each is found when it is asked for. */
  of(entry: OperationEntry): PlaceList {
    let places = this.#known.get(entry);
    if (places === undefined) this.#known.set(entry, (places = new PlaceList(this.#find(entry))));
    return places;
  }

  *#find(entry: OperationEntry): Generator<OperationPlace> {
    for (const place of this.#version.routes) {
      for (const path of concretePaths(place, this.#index, entry)) {
        const request = sampleRequest(place, entry.method, path);
        const facts = new RuleFacts(request);
        if (facts.clean !== null && this.#router.find(facts)?.id === place.route.id)
          yield { place, request, path: facts.clean };
      }
    }
  }
}

/** Remembers what was found, and goes on where it stopped. */
class PlaceList {
  readonly #found: OperationPlace[] = [];
  #rest: Generator<OperationPlace> | null;

  constructor(rest: Generator<OperationPlace>) {
    this.#rest = rest;
  }

  at(index: number): OperationPlace | null {
    while (this.#found.length <= index && this.#rest !== null) {
      const next = this.#rest.next();
      if (next.done === true) this.#rest = null;
      else this.#found.push(next.value);
    }
    return this.#found[index] ?? null;
  }
}

const known = new WeakMap<ListedVersion, WeakMap<DocumentIndex, OperationPlaces>>();

/** Returns the places of a version's operations. Versions are those of one model, so nothing outlives it. */
export function placesOf(router: Router, version: ListedVersion, index: DocumentIndex): OperationPlaces {
  let ofVersion = known.get(version);
  if (ofVersion === undefined) known.set(version, (ofVersion = new WeakMap()));
  let places = ofVersion.get(index);
  if (places === undefined) ofVersion.set(index, (places = new OperationPlaces(router, version, index)));
  return places;
}
