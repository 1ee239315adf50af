import { decide } from '@portolan/resources/decide/decide';
import { reaches } from '@portolan/resources/decide/rights';
import type { Router } from '@portolan/resources/decide/router';
import type { Limit, Model } from '@portolan/resources/model/model';
import type { Identity } from '@portolan/resources/model/request';
import type { DocumentIndex, OperationEntry } from '../../gateway/openapi/compile/compiled.ts';
import type { ApiRoute, ListedVersion } from './catalogue.ts';
import { concretePaths, sampleRequest, type SampleRequest } from './sample-request.ts';

/** An operation the caller may use, with a request the gateway would admit. */
export interface AdmittedOperation {
  readonly entry: OperationEntry;
  readonly place: ApiRoute;
  readonly request: SampleRequest;
  readonly limit: Limit | null;
}

/**
 * What one caller may use, by the same decision the gateway makes for each request. An operation is shown if and only if the gateway
 * admits one of its concrete paths.
 */
export class Rights {
  readonly #router: Router;
  readonly #identity: Identity;
  readonly #known = new Map<string, AdmittedOperation | null>();

  constructor(router: Router, identity: Identity) {
    this.#router = router;
    this.#identity = identity;
  }

  /** Returns the operation with an admitted request, or null. */
  admitted(version: ListedVersion, index: DocumentIndex, entry: OperationEntry): AdmittedOperation | null {
    const [first] = version.routes;
    const key = `${version.documentKey} ${first?.route.id ?? ''} ${entry.id}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#decide(version, index, entry);
      this.#known.set(key, known);
    }
    return known;
  }

  /** Returns the admitted operations, in the document's order. */
  operations(version: ListedVersion, index: DocumentIndex): AdmittedOperation[] {
    return index.operations.flatMap((entry) => this.admitted(version, index, entry) ?? []);
  }

  /** Whether anything of a version may be used. Without a document, whether any grant lets anything through. */
  sees(version: ListedVersion, index: DocumentIndex | null): boolean {
    if (index !== null && index.operations.length > 0)
      return index.operations.some((entry) => this.admitted(version, index, entry) !== null);
    return version.routes.some(({ guard }) =>
      guard.grants.some(
        ({ groups, operations }) =>
          reaches(groups, this.#identity) && (operations === null || operations.length > 0),
      ),
    );
  }

  #decide(version: ListedVersion, index: DocumentIndex, entry: OperationEntry): AdmittedOperation | null {
    for (const place of version.routes) {
      for (const path of concretePaths(place, index, entry)) {
        const request = sampleRequest(place, entry.method, path);
        const { grant, route, limit } = decide(this.#router, request, this.#identity);
        // With a grant the caller is let through, even where there is no upstream or a limit of none.
        if (route?.id !== place.route.id || grant === null) continue;
        return { entry, place, request, limit };
      }
    }
    return null;
  }
}

const known = new WeakMap<Model, Map<string, Rights>>();
const CALLERS_MAX = 200;

/** Returns the rights of a caller, which all callers with the same groups share until the model changes. */
export function rightsOf(router: Router, identity: Identity): Rights {
  const { model } = router;
  let ofModel = known.get(model);
  if (ofModel === undefined) known.set(model, (ofModel = new Map()));
  // Rights that look at claims or applications are the caller's own.
  const { groups, claims = null, application = null } = identity;
  const key = JSON.stringify([groups.toSorted(), claims, application]);
  let rights = ofModel.get(key);
  if (rights === undefined) {
    if (ofModel.size >= CALLERS_MAX) ofModel.clear();
    rights = new Rights(router, identity);
    ofModel.set(key, rights);
  }
  return rights;
}
