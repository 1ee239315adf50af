import type { ApiAccess } from '../../../generated/v2/api-access.ts';
import type { ApiCollection } from '../../../generated/v2/api-collection.ts';
import type { Grant } from '../../../model/model.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import { compareText } from '../../../model/compare.ts';
import { joinPaths } from '../../../rules/path.ts';
import { type Reader, refOf } from '../../reader.ts';
import { grantOf } from './api-access.ts';
import { domainsOf } from '../managed-keys.ts';

/** One composed prefix on one host, and everybody who may use it. */
export interface Exposure {
  readonly host: string;
  /** Collection + API prefix. */
  readonly prefix: string;
  readonly gateway: ObjectRef;
  readonly collection: ObjectRef | null;
  readonly grants: readonly Grant[];
}

type OpenExposure = { -readonly [Field in keyof Omit<Exposure, 'grants'>]: Exposure[Field] } & {
  readonly grants: Map<string, Grant>;
};

/**
 * Everywhere an API can be reached: directly and through each collection, on every domain of every gateway that
 * lists an access to it. Rights to the same composed path are united, whichever gateway or access they came by.
 */
export function exposuresOf(reader: Reader, apiPrefix: string): readonly Exposure[] {
  const found = new Map<string, OpenExposure>();
  const add = (accessKey: string, collection: ObjectRef | null, prefix: string): void => {
    const access = reader.get<ApiAccess>(accessKey);
    if (access === null) return;
    const grant = grantOf(access);
    for (const gatewayKey of reader.sources('gateway-access', accessKey)) {
      const gateway = reader.get(gatewayKey);
      if (gateway === null) continue;
      for (const host of domainsOf(reader, gatewayKey)) {
        unite(found, {
          host,
          prefix,
          gateway: refOf(gateway.object),
          collection,
          grants: new Map([[accessKey, grant]]),
        });
      }
    }
  };
  const { key } = reader.self;
  const direct = joinPaths(apiPrefix);
  for (const accessKey of reader.sources('access-api', key)) add(accessKey, null, direct);
  for (const collectionKey of reader.sources('collection-api', key)) {
    const collection = reader.get<ApiCollection>(collectionKey);
    if (collection === null) continue;
    const prefix = joinPaths(collection.spec.spec?.pathPrefix, apiPrefix);
    for (const accessKey of reader.sources('access-collection', collectionKey)) {
      add(accessKey, refOf(collection.object), prefix);
    }
  }
  return [...found.values()].map(({ grants, ...reach }) => ({
    ...reach,
    grants: [...grants].toSorted(([a], [b]) => compareText(a, b)).map(([, grant]) => grant),
  }));
}

/** The gateway first by name, and no collection before the collection first by name, give a shared path its labels. */
function unite(found: Map<string, OpenExposure>, reach: OpenExposure): void {
  const key = `${reach.host} ${reach.prefix}`;
  const known = found.get(key);
  if (known === undefined) {
    found.set(key, reach);
    return;
  }
  if (reach.gateway.key < known.gateway.key) known.gateway = reach.gateway;
  if (
    reach.collection === null ||
    (known.collection !== null && reach.collection.key < known.collection.key)
  ) {
    known.collection = reach.collection;
  }
  for (const [access, grant] of reach.grants) known.grants.set(access, grant);
}
