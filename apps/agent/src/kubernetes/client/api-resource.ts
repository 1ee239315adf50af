import { apiVersionOf } from '@portolan/resources/kinds/registry';
import { parseApiVersion } from '@portolan/resources/kinds/object';
import type { KindInfo } from '@portolan/resources/kinds/kind-info';

/** A resource of the API, as its URLs name it. */
export interface ApiResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

/** An object of a resource; cluster-scoped ones have no namespace. */
export interface ObjectName {
  readonly namespace?: string;
  readonly name: string;
}

/** Returns the resource of a kind, in the given version or else in the one to write. */
export function resourceOf(
  info: KindInfo,
  version = parseApiVersion(apiVersionOf(info)).version,
): ApiResource {
  const { group, plural, kind, scope } = info;
  return { group, version, plural, kind, isNamespaced: scope === 'Namespaced' };
}

/** Returns `secrets` or `apis.hub.traefik.io`, as RBAC rules and error messages name a resource. */
export function formatResource({ group, plural }: ApiResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Returns `/api/v1` or `/apis/GROUP/VERSION`. */
function groupPath({ group, version }: Pick<ApiResource, 'group' | 'version'>): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Returns the path of a list: of one namespace, or without one of all. */
export function collectionPath(resource: ApiResource, namespace?: string): string {
  const { plural, isNamespaced } = resource;
  const scope = isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupPath(resource)}${scope}/${plural}`;
}

/** Returns the path of an object or of one of its subresources. */
export function objectPath(
  resource: ApiResource,
  { namespace, name }: ObjectName,
  subresource?: string,
): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
