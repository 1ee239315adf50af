import type { Api } from '../../../generated/v3/api.ts';
import type { ApiRateLimit } from '../../../generated/v3/api-rate-limit.ts';
import type { ApiAuth } from '../../../model/authentication.ts';
import type { CatalogueApi } from '../../../model/catalogue.ts';
import type { Cors } from '../../../model/headers.ts';
import type { ApiGuard, Grant, Limit } from '../../../model/model.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import { defineKind } from '../../define-kind.ts';
import { type Reader, refOf } from '../../reader.ts';
import { compareGrants } from '../grants.ts';
import { operationSetsOf } from '../operation-sets.ts';
import { limitOf } from '../rate-limit.ts';
import { keysIn, warnOfMissing } from '../managed-keys.ts';
import { defaultAuthOf } from './api-auth.ts';
import type { Right } from './rights.ts';

/** What every route of an API applies. */
export interface ApiTerms {
  readonly grants: readonly Grant[];
  readonly limits: readonly Limit[];
  readonly operationSets: ApiGuard['operationSets'];
  readonly cors: Cors | null;
  readonly auth: ApiAuth | undefined;
}

export const apiKind = defineKind<Api>({
  type: 'API.hub.traefik.io',
  selectedBy: ['access-api', 'bundle-api', 'item-api', 'limit-api'],
  relate: ({ metadata: { namespace = '' } }, { spec }) => [
    { relation: 'api-version', targets: keysIn('APIVersion', namespace, spec?.versions) },
  ],
  compile({ spec: { spec = {} }, reader }) {
    const versions = keysIn('APIVersion', reader.self.namespace, spec.versions);
    warnOfMissing(reader, 'spec.versions', versions);
    const value: ApiTerms = {
      grants: grantsOf(reader),
      limits: limitsOf(reader),
      operationSets: operationSetsOf(spec.openApiSpec?.operationSets, 'spec.openApiSpec', reader),
      cors: corsOf(spec.cors),
      auth: defaultAuthOf(reader),
    };
    warnOfUse(reader, versions, value.grants);
    warnOfValidation(reader, spec.openApiSpec);
    const catalogue: CatalogueApi = {
      kind: 'api',
      source: reader.self,
      title: spec.title ?? '',
      description: spec.description ?? '',
    };
    return { value: { ok: true, value }, catalogue };
  },
});

/** What reaches the API directly or through a bundle; all APIs that come by one bundle count as one. */
function grantsOf(reader: Reader): Grant[] {
  const { key } = reader.self;
  const counted = new Map<string, ObjectRef>(
    reader.sources('access-api', key).map((access) => [access, reader.self]),
  );
  for (const bundleKey of reader.sources('bundle-api', key).toReversed()) {
    const bundle = reader.get(bundleKey);
    if (bundle === null) continue;
    for (const access of reader.sources('access-bundle', bundleKey))
      counted.set(access, refOf(bundle.object));
  }
  return [...counted]
    .flatMap(([access, as]): Grant[] => {
      const right = reader.result<Right>(access);
      if (right?.ok !== true) return [];
      const { plan, ...grant } = right.value;
      return [plan === null ? grant : { ...grant, terms: { ...plan, counted: as } }];
    })
    .toSorted(compareGrants);
}

function limitsOf(reader: Reader): Limit[] {
  return reader.sources('limit-api', reader.self.key).flatMap((key) => {
    const limit = reader.get<ApiRateLimit>(key);
    return limit === null ? [] : [limitOf(limit.object, limit.spec.spec, limit.spec.spec.everyone === true)];
  });
}

function warnOfUse(reader: Reader, versions: readonly string[], grants: readonly Grant[]): void {
  const isRouted = [reader.self.key, ...versions].some((key) => reader.sources('route-api', key).length > 0);
  if (!isRouted) {
    reader.warn('not-exposed', 'metadata.name', {
      message: 'no Ingress, IngressRoute or HTTPRoute names this API, so it is not served',
      fix: `annotate one with hub.traefik.io/api: ${reader.self.name}`,
    });
  }
  if (grants.length > 0) return;
  reader.warn('no-access', 'metadata.name', {
    message: 'no APIAccess and no ManagedSubscription gives access to this API, so every request is refused',
    fix: 'list or select it in one of them',
  });
}

/** The document describes the API to people; requests are not held against it. */
function warnOfValidation(reader: Reader, spec: NonNullable<Api['spec']>['openApiSpec']): void {
  for (const field of ['validateRequestMethodAndPath', 'validateRequestBodySchema'] as const) {
    if (spec?.[field] !== true) continue;
    reader.error('unsupported', `spec.openApiSpec.${field}`, {
      message: 'requests are not validated by the OpenAPI document; all operations that are granted pass',
      fix: 'restrict operations with operationSets and an operationFilter',
    });
  }
}

/** CORS settings of an API or a version. */
export function corsOf(cors: NonNullable<Api['spec']>['cors']): Cors | null {
  if (cors === undefined) return null;
  return {
    allowCredentials: cors.allowCredentials ?? false,
    allowHeaders: cors.allowHeadersList ?? [],
    allowMethods: cors.allowMethodsList ?? [],
    allowOrigins: cors.allowOriginsList ?? [],
    allowOriginRegexes: cors.allowOriginListRegex ?? [],
    exposeHeaders: cors.exposeHeadersList ?? [],
    maxAgeSeconds: cors.maxAge ?? null,
    addVaryHeader: cors.addVaryHeader ?? false,
  };
}
