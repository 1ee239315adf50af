import type { Api, ApiSpecService } from '../../generated/v2/api.ts';
import type { ApiRateLimit } from '../../generated/v2/api-rate-limit.ts';
import type { ApiGuard, Limit, OperationMatcher, Route, Target } from '../../model/model.ts';
import type { Matcher, Rule } from '../../model/rule.ts';
import { formatRule } from '../../rules/format.ts';
import { regexFault } from '../../rules/regex.ts';
import { joinPaths } from '../../rules/path.ts';
import type { Reader } from '../reader.ts';
import { asTarget, serviceTarget } from '../service-target.ts';
import { type UnitOutput, defineKind } from '../unit.ts';
import { limitOf } from './api-rate-limit.ts';
import { type Variant, variantsOf } from './api-variants.ts';
import { hostRule } from './domains.ts';
import { parseValid } from '../parse-valid.ts';
import { type Reach, reachesOf } from './reach.ts';
import { corsOf, headersOf } from './traffic-rules.ts';

export const apiKind = defineKind<Api>({
  type: 'API.hub.traefik.io',
  parse: (object) => parseValid<Api>(object),
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
  const reaches = reachesOf(reader, api.spec.pathPrefix);
  const limits = limitsOf(reader);
  const parts = variantsOf(api, reader).map((variant): VariantParts => {
    const { name, port } = variant.service;
    const { namespace } = reader.self;
    return {
      variant,
      target: asTarget(
        serviceTarget(reader, { namespace, name, port: port.name ?? port.number ?? 0, field: variant.field }),
      ),
      operationSets: operationSetsOf(variant.service, variant.field, reader),
      limits,
    };
  });
  if (reaches.length === 0) {
    reader.warn('not-exposed', 'metadata.name', {
      message: 'no APIGateway with a domain opens this API, so it is not served',
      fix: 'select it in an APIAccess (directly or through an APICollection) that an APIGateway lists',
    });
  }
  return { routes: reaches.flatMap((reach) => parts.map((part) => composeRoute(reader, reach, part))) };
}

function composeRoute(
  reader: Reader,
  reach: Reach,
  { variant, target, operationSets, limits }: VariantParts,
): Route {
  const { self } = reader;
  const versionPrefix = joinPaths(variant.pathPrefix);
  const path = joinPaths(reach.prefix, versionPrefix);
  const conditions: Matcher[] = [
    { kind: 'pathPrefix', prefix: path || '/', segments: true },
    ...variant.conditions,
  ];
  const longestHost = reach.hosts.reduce(
    (longest, host) => (host.length > longest.length ? host : longest),
    '',
  );
  const weighed: Rule = { kind: 'and', rules: [{ kind: 'host', host: longestHost }, ...conditions] };
  return {
    id: `api/${self.namespace}/${self.name}/${variant.id}${reach.gateway.name}/${reach.hosts[0] ?? ''}${reach.prefix}`,
    owner: self,
    kind: 'api',
    rule: { kind: 'and', rules: [hostRule(reach.hosts), ...conditions] },
    // As if for one host, so that a gateway with many domains does not outrank another API by naming them.
    priority: Buffer.byteLength(formatRule(weighed)),
    hosts: reach.hosts,
    guard: {
      kind: 'api',
      api: {
        api: self,
        version: variant.version,
        release: variant.release,
        gateway: reach.gateway,
        collection: reach.collection,
        prefix: reach.prefix,
        versionPrefix,
        stripVersionPrefix: variant.stripPathPrefix,
        grants: reach.grants,
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

function limitsOf(reader: Reader): Limit[] {
  return reader.sources('limit-api', reader.self.key).flatMap((key) => {
    const limit = reader.get<ApiRateLimit>(key);
    return limit === null ? [] : [limitOf(limit)];
  });
}

/** A matcher whose regular expression does not compile matches nothing: fewer operations open, never more. */
function operationSetsOf(service: ApiSpecService, field: string, reader: Reader): ApiGuard['operationSets'] {
  const sets = new Map<string, readonly OperationMatcher[]>();
  (service.openApiSpec?.operationSets ?? []).forEach((set, index) => {
    const matchers = set.matchers.flatMap((matcher, at): OperationMatcher[] => {
      const problem = matcher.pathRegex === undefined ? null : regexFault(matcher.pathRegex);
      if (problem === null)
        return [{ ...matcher, methods: matcher.methods?.map((method) => method.toUpperCase()) ?? null }];
      reader.error('invalid', `${field}.openApiSpec.operationSets[${index}].matchers[${at}].pathRegex`, {
        message: `bad regular expression: ${problem}; the matcher matches nothing`,
        fix: 'use RE2 syntax (no look-around, no back-references)',
      });
      return [];
    });
    sets.set(set.name, [...(sets.get(set.name) ?? []), ...matchers]);
  });
  return sets;
}
