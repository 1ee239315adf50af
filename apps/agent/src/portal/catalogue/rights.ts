import { authorize, operationPath } from '@portolan/resources/decide/authorize';
import { showsApi } from '@portolan/resources/decide/offers';
import { opensOperation, reachesCaller } from '@portolan/resources/decide/reaches';
import type { Router } from '@portolan/resources/decide/router';
import type { CatalogueItem } from '@portolan/resources/model/catalogue';
import type { ApiGuard, Grant, Limit, Model } from '@portolan/resources/model/model';
import type { Identity } from '@portolan/resources/model/request';
import type { DocumentIndex, OperationEntry } from '../../gateway/openapi/compile/compiled.ts';
import type { ApiRoute, ListedVersion } from './catalogue.ts';
import { placesOf, type OperationPlace } from './operation-places.ts';
import type { SampleRequest } from './sample-request.ts';

/** An operation the caller may see, with a request by which that was decided. */
export interface AdmittedOperation {
  readonly entry: OperationEntry;
  readonly place: ApiRoute;
  readonly request: SampleRequest;
  /** The identity that may call the operation now, as the gateway decides; null when it is only offered. */
  readonly admission: Admission | null;
}

/** The identity, right and limit by which the gateway admits a request. */
interface Admission {
  /** Place among the identities of the caller. Rights are shared by callers that are equal in them. */
  readonly as: number;
  readonly grant: Grant;
  readonly limit: Limit | null;
}

/** The caller: the signed-in user, their applications, and their catalogue. */
export interface Caller {
  readonly identities: readonly Identity[];
  readonly items: readonly CatalogueItem[];
}

/**
 * What one caller may see. An operation is shown if and only if the gateway admits one of its concrete paths for the caller or an
 * application of theirs, or, in generation v3, would admit it under a subscription that the catalogue offers.
 */
export class Rights {
  readonly #router: Router;
  readonly #model: Model;
  readonly #caller: Caller;
  readonly #known = new Map<ListedVersion, Map<OperationEntry, AdmittedOperation | null>>();
  readonly #offering = new Map<string, readonly Grant[]>();

  constructor(router: Router, caller: Caller) {
    this.#router = router;
    this.#model = router.model;
    this.#caller = caller;
  }

  /** Returns the operation with a request that is admitted, or offered; null for one that is hidden. */
  admitted(version: ListedVersion, index: DocumentIndex, entry: OperationEntry): AdmittedOperation | null {
    let ofVersion = this.#known.get(version);
    if (ofVersion === undefined) this.#known.set(version, (ofVersion = new Map()));
    let known = ofVersion.get(entry);
    if (known === undefined) {
      known = this.#decide(version, index, entry);
      ofVersion.set(entry, known);
    }
    return known;
  }

  /** Returns the operations to show, in the document's order. */
  operations(version: ListedVersion, index: DocumentIndex): AdmittedOperation[] {
    return index.operations.flatMap((entry) => this.admitted(version, index, entry) ?? []);
  }

  /** Returns the places, among the caller's identities, of those who may call an operation now. */
  callersOf(version: ListedVersion, index: DocumentIndex, entry: OperationEntry): number[] {
    const places = placesOf(this.#router, version, index).of(entry);
    return this.#caller.identities.flatMap((identity, as) => {
      for (let at = 0, each = places.at(0); each !== null; each = places.at(++at)) {
        if (authorize(each.place.guard, entry.method, each.path, identity).grant !== null) return [as];
      }
      return [];
    });
  }

  /** Returns whether anything of a version is shown. Without a document, whether any right lets anything through. */
  sees(version: ListedVersion, index: DocumentIndex | null): boolean {
    if (index !== null && index.operations.length > 0)
      return index.operations.some((entry) => this.admitted(version, index, entry) !== null);
    const opens = ({ operations }: Grant): boolean => operations === null || operations.length > 0;
    return version.routes.some(
      ({ guard }) =>
        this.#caller.identities.some((identity) =>
          guard.grants.some((grant) => reachesCaller(grant, identity) && opens(grant)),
        ) || this.#offers(guard).some(opens),
    );
  }

  #decide(version: ListedVersion, index: DocumentIndex, entry: OperationEntry): AdmittedOperation | null {
    const places = placesOf(this.#router, version, index).of(entry);
    let offered: OperationPlace | null = null;
    for (let at = 0, each = places.at(0); each !== null; each = places.at(++at)) {
      const admission = this.#admission(each, entry.method);
      if (admission !== null) return { entry, place: each.place, request: each.request, admission };
      if (offered === null && this.#isOffered(each, entry.method)) offered = each;
    }
    return offered && { entry, place: offered.place, request: offered.request, admission: null };
  }

  #admission({ place: { guard }, path }: OperationPlace, method: string): Admission | null {
    for (const [as, identity] of this.#caller.identities.entries()) {
      const { grant, limit } = authorize(guard, method, path, identity);
      if (grant !== null) return { as, grant, limit };
    }
    return null;
  }

  #isOffered({ place: { guard }, path }: OperationPlace, method: string): boolean {
    return this.#offers(guard).some((grant) =>
      opensOperation(grant, guard, method, operationPath(guard, path)),
    );
  }

  /** What items of the catalogue would give to an API, as rights. */
  #offers({ api }: ApiGuard): readonly Grant[] {
    let grants = this.#offering.get(api.key);
    if (grants === undefined) {
      grants = this.#caller.items
        .filter((item) => showsApi(this.#model.catalogue, item, api.key))
        .map(({ source, operations }): Grant => ({ access: source, groups: 'any', operations }));
      this.#offering.set(api.key, grants);
    }
    return grants;
  }
}

const known = new WeakMap<Model, Map<string, Rights>>();
const CALLERS_MAX = 50;

/** Returns the rights of a caller, which all callers with the same groups, applications and items share until the model changes. */
export function rightsOf(router: Router, caller: Caller): Rights {
  const { model } = router;
  let ofModel = known.get(model);
  if (ofModel === undefined) known.set(model, (ofModel = new Map()));
  // Rights that look at claims or applications are the caller's own.
  const who = caller.identities.map(({ groups, claims = null, application = null }) => [
    groups.toSorted(),
    claims,
    application,
  ]);
  const key = JSON.stringify([who, caller.items.map(({ source }) => source.key)]);
  let rights = ofModel.get(key);
  if (rights === undefined) {
    if (ofModel.size >= CALLERS_MAX) ofModel.clear();
    rights = new Rights(router, caller);
    ofModel.set(key, rights);
  }
  return rights;
}
