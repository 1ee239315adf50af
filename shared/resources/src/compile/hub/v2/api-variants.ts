import { isDeepStrictEqual } from 'node:util';
import type { ApiVersion, ApiVersionSpecRoutesItem } from '../../../generated/v2/api-version.ts';
import type { Api, ApiSpecService } from '../../../generated/v2/api.ts';
import type { Cors, HeaderChange, HeaderRules } from '../../../model/headers.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { Matcher } from '../../../model/rule.ts';
import { type Reader, refOf, type ValidObject } from '../../reader.ts';

/** One way requests tell which version of an API they mean, and what serves them. */
export interface Variant {
  /** Part of the route's id. */
  readonly id: string;
  readonly version: ObjectRef | null;
  readonly release: string | null;
  readonly title: string | undefined;
  readonly isCurrent: boolean;
  readonly pathPrefix: string | undefined;
  readonly stripPathPrefix: boolean;
  readonly conditions: readonly Matcher[];
  readonly service: ApiSpecService;
  /** Field of the service, for problems. */
  readonly field: string;
  readonly cors: Api['spec']['cors'];
  readonly headers: Api['spec']['headers'];
}

/** A plain API has one variant; a versioned one has one for each route of each version. */
export function variantsOf({ spec }: Api, reader: Reader): readonly Variant[] {
  const versions = reader
    .sources('version-api', reader.self.key)
    .flatMap((key) => reader.get<ApiVersion>(key) ?? []);
  if (spec.currentVersion === undefined)
    return spec.service === undefined ? [] : plainVariant(spec, spec.service, versions, reader);
  if (!versions.some((version) => version.object.metadata.name === spec.currentVersion)) {
    reader.warn('missing-reference', 'spec.currentVersion', {
      message: `APIVersion "${spec.currentVersion}" of this API does not exist in namespace "${reader.self.namespace}"`,
      fix: `create it with spec.apiName: ${reader.self.name}, or reference an existing one`,
    });
  }
  const variants = versions.flatMap((version) => versionVariants(version, spec.currentVersion));
  warnOfTies(variants, reader);
  return variants;
}

function plainVariant(
  spec: Api['spec'],
  service: ApiSpecService,
  versions: readonly unknown[],
  reader: Reader,
): Variant[] {
  if (versions.length > 0) {
    reader.warn('no-effect', 'spec.currentVersion', {
      message: 'the API has versions but names a service of its own, so the versions are not served',
      fix: 'replace spec.service by spec.currentVersion',
    });
  }
  return [
    {
      id: '',
      version: null,
      release: null,
      title: undefined,
      isCurrent: false,
      pathPrefix: undefined,
      stripPathPrefix: false,
      conditions: [],
      service,
      field: 'spec.service',
      cors: spec.cors,
      headers: spec.headers,
    },
  ];
}

/** No routes at all: the version answers whatever no other version claims. */
function versionVariants(
  { object, spec: { spec } }: ValidObject<ApiVersion>,
  currentVersion: string | undefined,
): Variant[] {
  const routes: readonly ApiVersionSpecRoutesItem[] =
    spec.routes === undefined || spec.routes.length === 0 ? [{}] : spec.routes;
  return routes.map((route, index) => ({
    id: `${object.metadata.name}.${index}/`,
    version: refOf(object),
    release: spec.release ?? null,
    title: spec.title,
    isCurrent: object.metadata.name === currentVersion,
    pathPrefix: route.pathPrefix,
    stripPathPrefix: spec.stripPathPrefix ?? false,
    conditions: conditionsOf(route),
    service: spec.service,
    field: 'spec.service',
    cors: spec.cors,
    headers: spec.headers,
  }));
}

/** Conditions of one route must all hold. */
function conditionsOf(route: ApiVersionSpecRoutesItem): Matcher[] {
  const headers = sorted(route.headers).map(([name, value]): Matcher => ({
    kind: 'header',
    name: name.toLowerCase(),
    value,
  }));
  const queries = sorted(route.queryParams).map(([name, value]): Matcher => ({ kind: 'query', name, value }));
  return [...headers, ...queries];
}

function sorted(map: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function warnOfTies(variants: readonly Variant[], reader: Reader): void {
  variants.forEach((variant, index) => {
    const winner = variants
      .slice(0, index)
      .find(
        (other) =>
          other.pathPrefix === variant.pathPrefix && isDeepStrictEqual(other.conditions, variant.conditions),
      );
    if (winner === undefined || winner.version?.key === variant.version?.key) return;
    reader.warn('version-conflict', 'spec.currentVersion', {
      message: `versions "${winner.version?.name}" and "${variant.version?.name}" claim the same requests; "${winner.version?.name}" takes precedence`,
      fix: 'change the conditions of one of them in spec.routes',
    });
  });
}

/** CORS settings of an API or a version. */
export function corsOf(cors: Api['spec']['cors']): Cors | null {
  if (cors === undefined) return null;
  return {
    allowCredentials: cors.allowCredentials ?? false,
    allowHeaders: cors.allowHeaders ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowOrigins: cors.allowOriginList ?? [],
    allowOriginRegexes: cors.allowOriginListRegex ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    maxAgeSeconds: cors.maxAge ?? null,
    addVaryHeader: true,
  };
}

/** Header changes of an API or a version. */
export function headersOf(headers: Api['spec']['headers']): HeaderRules | null {
  return headers === undefined
    ? null
    : { request: changeOf(headers.request), response: changeOf(headers.response) };
}

function changeOf(change: NonNullable<Api['spec']['headers']>['request']): HeaderChange {
  return { set: change?.set ?? {}, delete: change?.delete ?? [] };
}
