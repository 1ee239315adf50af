import type { DocumentIndex } from '../../gateway/openapi/compile/compiled.ts';
import type { FetchedDocument } from '../../gateway/openapi/documents.ts';
import { apisOf, type PortalRequest } from '../portal-request.ts';
import type { ListedApi, ListedVersion } from './catalogue.ts';
import { documentIndex } from './document.ts';

/** A version of an API that the caller may see, with its document. */
export interface VisibleVersion {
  readonly api: ListedApi;
  readonly version: ListedVersion;
  readonly fetched: FetchedDocument | null;
  readonly index: DocumentIndex | null;
}

/** An API with the versions of it that the caller may see; at least one. */
export interface VisibleApi {
  readonly api: ListedApi;
  readonly versions: readonly VisibleVersion[];
  readonly current: VisibleVersion;
}

/** Returns the APIs of which the caller may use something. */
export function visibleApis(request: PortalRequest): VisibleApi[] {
  return apisOf(request).flatMap((api) => visibleApi(request, api) ?? []);
}

function visibleApi(request: PortalRequest, api: ListedApi): VisibleApi | null {
  const versions = api.versions.flatMap((version) => visibleVersion(request, api, version) ?? []);
  const [current] = versions;
  return current === undefined ? null : { api, versions, current };
}

function visibleVersion(
  request: PortalRequest,
  api: ListedApi,
  version: ListedVersion,
): VisibleVersion | null {
  const fetched = request.documents(version.documentKey);
  const index = fetched === null ? null : documentIndex(fetched);
  return request.rights.sees(version, index) ? { api, version, fetched, index } : null;
}

/** What a URL names: `/apis/ID`, `/collections/COLLECTION/apis/ID`, each with `/versions/VERSION`. */
export interface ApiName {
  readonly id: string;
  readonly collection: string | null;
  readonly version: string | null;
}

/** Returns the version that a URL names, the current one if it names none; null if the caller may not see it or it does not exist. */
export function findVersion(
  request: PortalRequest,
  { id, collection, version }: ApiName,
): VisibleVersion | null {
  const api = apisOf(request).find((each) => each.id === id && each.collection === collection);
  const visible = api === undefined ? null : visibleApi(request, api);
  if (visible === null || version === null) return visible?.current ?? null;
  return visible.versions.find((each) => each.version.name === version) ?? null;
}

/** Returns the path of an API's page, of its current version unless `version` is given. */
export function apiPath({ id, collection }: ListedApi, version: ListedVersion | null = null): string {
  const base = collection === null ? '' : `/collections/${encodeURIComponent(collection)}`;
  const suffix = version?.name == null ? '' : `/versions/${encodeURIComponent(version.name)}`;
  return `${base}/apis/${id.split('@').map(encodeURIComponent).join('@')}${suffix}`;
}

/** Returns what people call an API: the title of its document, or its name. */
export function titleOf({ api, version, index }: VisibleVersion): string {
  return api.title || version.title || index?.title || api.name;
}
