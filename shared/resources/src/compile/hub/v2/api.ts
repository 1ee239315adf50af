import type { Api } from '../../../generated/v2/api.ts';
import type { ApiRateLimit } from '../../../generated/v2/api-rate-limit.ts';
import type { ApiGuard, Limit, Route, Target } from '../../../model/model.ts';
import type { Rule } from '../../../model/rule.ts';
import { formatRule } from '../../../rules/format.ts';
import { corsOf, headersOf, type Variant, variantsOf } from './api-variants.ts';
import { joinPaths } from '../../../rules/path.ts';
import type { Reader } from '../../reader.ts';
import { asTarget, serviceTarget } from '../../service-target.ts';
import { defineKind } from '../../define-kind.ts';
import type { UnitOutput } from '../../unit.ts';
import { operationSetsOf } from '../operation-sets.ts';
import { limitOf } from '../rate-limit.ts';
import { type Exposure, exposuresOf } from './exposure.ts';

export const apiKind = defineKind<Api>({
  type: 'API.hub.traefik.io',
  selectedBy: ['access-api', 'collection-api', 'limit-api'],
  compile: ({ spec, reader }) => compileApi(spec, reader),
});

/** What all routes of one variant share. */
interface VariantParts {
  readonly variant: Variant;
  readonly target: Target;
  readonly operationSets: ApiGuard['operationSets'];
  readonly limits: readonly Limit[];
}

function compileApi(api: Api, reader: Reader): UnitOutput {
  const exposures = exposuresOf(reader, api.spec.pathPrefix);
  const limits = limitsOf(reader);
  const parts = variantsOf(api, reader).map((variant): VariantParts => {
    const { name, port } = variant.service;
    const { namespace } = reader.self;
    return {
      variant,
      target: asTarget(
        serviceTarget(reader, { namespace, name, port: port.name ?? port.number ?? 0, field: variant.field }),
      ),
      operationSets: operationSetsOf(
        variant.service.openApiSpec?.operationSets,
        `${variant.field}.openApiSpec`,
        reader,
      ),
      limits,
    };
  });
  if (exposures.length === 0) {
    reader.warn('not-exposed', 'metadata.name', {
      message: 'no APIGateway with a domain exposes this API, so it is not served',
      fix: 'select it in an APIAccess (directly or through an APICollection) that an APIGateway lists',
    });
  }
  return {
    routes: exposures.flatMap((exposure) => parts.map((part) => composeRoute(reader, exposure, part))),
  };
}

function composeRoute(
  reader: Reader,
  exposure: Exposure,
  { variant, target, operationSets, limits }: VariantParts,
): Route {
  const { self } = reader;
  const versionPrefix = joinPaths(variant.pathPrefix);
  const prefix = joinPaths(exposure.prefix, versionPrefix) || '/';
  const hostRule: Rule = { kind: 'host', host: exposure.host };
  const pathRule: Rule = { kind: 'pathPrefix', prefix, segments: true };
  const placeRule = { kind: 'and', rules: [hostRule, pathRule] } as const;
  return {
    id: `api/${self.namespace}/${self.name}/${variant.id}${exposure.gateway.name}/${exposure.host}${exposure.prefix}`,
    owner: self,
    kind: 'api',
    rule: { kind: 'and', rules: [...placeRule.rules, ...variant.conditions] },
    priority: Buffer.byteLength(formatRule(placeRule)) + precedenceOf(variant),
    hosts: [exposure.host],
    guard: {
      kind: 'api',
      api: {
        api: self,
        version: variant.version,
        release: variant.release,
        ...(variant.title === undefined ? {} : { versionTitle: variant.title }),
        ...(variant.isCurrent ? { isCurrentVersion: true } : {}),
        gateway: exposure.gateway,
        collection: exposure.collection,
        prefix: exposure.prefix,
        versionPrefix,
        stripVersionPrefix: variant.stripPathPrefix,
        grants: exposure.grants,
        operationSets,
        limits,
        cors: corsOf(variant.cors),
        headers: headersOf(variant.headers),
      },
    },
    middlewares: [],
    target,
  };
}

/** Version conditions decide only between equal paths: more of them go first. Less than 1, the weight of a character. */
function precedenceOf({ conditions }: Variant): number {
  return 1 - 1 / (1 + conditions.length);
}

function limitsOf(reader: Reader): Limit[] {
  return reader.sources('limit-api', reader.self.key).flatMap((key) => {
    const limit = reader.get<ApiRateLimit>(key);
    return limit === null ? [] : [limitOf(limit.object, limit.spec.spec, limit.spec.spec.anyGroups === true)];
  });
}
