import type { KubernetesObject } from '../../kinds/object.ts';
import type { ApiGuard, Grant, Guard } from '../../model/model.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import type { RelationChange } from '../relations.ts';
import { guardBy, POLICY_ANNOTATION } from './access-policy.ts';
import { compareGrants } from './grants.ts';
import { managedKey } from './managed-keys.ts';
import type { ApiTerms } from './v3/api.ts';
import type { VersionTerms } from './v3/api-version.ts';

/** Generation v3: name the API or version that a route belongs to, in its own namespace. */
const API_ANNOTATION = 'hub.traefik.io/api';
const VERSION_ANNOTATION = 'hub.traefik.io/api-version';

type Annotations = Readonly<Record<string, string>>;

/** Returns the relation of a route to the API and version that its annotations name. */
export function relateToApi({ metadata }: KubernetesObject): RelationChange[] {
  const { annotations = {}, namespace = '' } = metadata;
  const [api, version] = [annotations[API_ANNOTATION], annotations[VERSION_ANNOTATION]];
  const targets = [
    ...(api === undefined ? [] : [managedKey('API', api, namespace)]),
    ...(version === undefined ? [] : [managedKey('APIVersion', version, namespace)]),
  ];
  return targets.length === 0 ? [] : [{ relation: 'route-api', targets }];
}

/** Returns the guard that the annotations of an Ingress, IngressRoute or HTTPRoute ask for. */
export function guardByAnnotations(annotations: Annotations, reader: Reader): Guard {
  const policy = annotations[POLICY_ANNOTATION];
  const [api, version] = [annotations[API_ANNOTATION], annotations[VERSION_ANNOTATION]];
  if (api === undefined && version === undefined)
    return policy === undefined ? { kind: 'open' } : guardBy(policy, reader);
  const annotation = api === undefined ? VERSION_ANNOTATION : API_ANNOTATION;
  if (reader.generation === 'v2')
    return closed(reader, annotation, {
      reason: `${annotation} belongs to generation v3 of the resources, and this cluster has generation v2`,
      fix: 'start the agent with --generation v3, or remove the annotation',
    });
  if (policy !== undefined)
    return closed(reader, POLICY_ANNOTATION, {
      reason: `a route of an API cannot have an AccessControlPolicy too`,
      fix: `remove one of ${annotation} and ${POLICY_ANNOTATION}`,
    });
  return { kind: 'api', api: apiGuard({ api, version }, reader) };
}

function closed(
  reader: Reader,
  annotation: string,
  why: { readonly reason: string; readonly fix: string },
): Guard {
  reader.error('api-not-usable', `metadata.annotations[${annotation}]`, {
    message: `${why.reason}; the route returns 404`,
    fix: why.fix,
  });
  return { kind: 'closed', status: 404, ...why };
}

/** An API that does not exist guards its routes all the same: no one has access to it. */
function apiGuard(
  { api, version }: { readonly api: string | undefined; readonly version: string | undefined },
  reader: Reader,
): ApiGuard {
  const { namespace } = reader.self;
  const versionRef = version === undefined ? null : refTo('APIVersion', namespace, version);
  const terms = versionRef === null ? null : found<VersionTerms>(reader, versionRef, VERSION_ANNOTATION);
  const versionTerms = terms?.ok === true ? terms.value : null;
  const apis = apisOf(reader, { api, versionRef });
  const [first] = apis;
  return {
    api: first?.ref ?? refTo('API', namespace, api ?? version ?? ''),
    version: versionRef,
    release: versionTerms?.release ?? null,
    gateway: null,
    collection: null,
    prefix: '',
    versionPrefix: '',
    stripVersionPrefix: false,
    ...(first?.terms.auth === undefined ? {} : { auth: first.terms.auth }),
    grants: unite(apis.flatMap(({ terms }) => terms.grants)),
    operationSets: versionTerms?.operationSets ?? first?.terms.operationSets ?? new Map(),
    limits: apis.flatMap(({ terms }) => terms.limits),
    cors: versionTerms?.cors ?? first?.terms.cors ?? null,
    headers: null,
  };
}

interface ServedApi {
  readonly ref: ObjectRef;
  readonly terms: ApiTerms;
}

/** Returns the API that is named, else all that list the version, in name order. */
function apisOf(
  reader: Reader,
  { api, versionRef }: { readonly api: string | undefined; readonly versionRef: ObjectRef | null },
): ServedApi[] {
  const { namespace } = reader.self;
  const listing = versionRef === null ? [] : reader.sources('api-version', versionRef.key);
  if (api === undefined)
    return listing.flatMap((key) => {
      const ref = refTo('API', namespace, key.slice(key.lastIndexOf('/') + 1));
      const terms = reader.result<ApiTerms>(key);
      return terms?.ok === true ? [{ ref, terms: terms.value }] : [];
    });
  const ref = refTo('API', namespace, api);
  const terms = found<ApiTerms>(reader, ref, API_ANNOTATION);
  if (terms?.ok !== true) return [];
  if (versionRef === null || listing.includes(ref.key)) return [{ ref, terms: terms.value }];
  reader.error('missing-reference', `metadata.annotations[${VERSION_ANNOTATION}]`, {
    message: `API "${api}" does not list APIVersion "${versionRef.name}"; every request is refused`,
    fix: `add it to spec.versions of API "${api}"`,
  });
  return [];
}

function found<T>(reader: Reader, ref: ObjectRef, annotation: string): Resolved<T> | null {
  const terms = reader.result<T>(ref.key);
  if (terms?.ok === true) return terms;
  reader.error('missing-reference', `metadata.annotations[${annotation}]`, {
    message: `${ref.kind} "${ref.name}" does not exist in namespace "${ref.namespace}"; every request is refused`,
    fix: `create ${ref.kind} "${ref.name}", or reference another one`,
  });
  return null;
}

/** One access that reaches several APIs of one version is one grant. */
function unite(grants: readonly Grant[]): Grant[] {
  const byAccess = new Map<string, Grant>();
  for (const grant of grants) if (!byAccess.has(grant.access.key)) byAccess.set(grant.access.key, grant);
  return [...byAccess.values()].toSorted(compareGrants);
}

function refTo(kind: string, namespace: string, name: string): ObjectRef {
  return { key: managedKey(kind, name, namespace), kind, namespace, name };
}
