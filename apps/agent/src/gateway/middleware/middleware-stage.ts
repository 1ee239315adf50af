import type { Route } from '@portolan/resources/model/model';
import type { Middleware } from '@portolan/resources/model/middleware';
import { basicStage } from '../auth/basic.ts';
import { policyStage } from '../auth/policy-stage.ts';
import { httpCacheStage } from '../cache/http-cache-stage.ts';
import type { Stage } from '../exchange/exchange.ts';
import type { GatewayRuntime } from '../runtime.ts';
import { circuitBreakerStage } from './circuit-breaker.ts';
import { compressStage } from './compress.ts';
import { errorsStage } from './errors.ts';
import { forwardAuthStage } from './forward-auth.ts';
import { headersStage } from './headers.ts';
import { pathStage } from './path.ts';
import { distributedRateLimitStage } from './distributed-rate-limit.ts';
import { bufferingStage, inFlightStage, ipAllowListStage, rateLimitStage } from './limits.ts';
import { redirectRegexStage, redirectSchemeStage, redirectToStage } from './redirect.ts';

/** Returns the stages of a Traefik Middleware. @throws Error when it cannot be applied as written. */
export function middlewareStage(
  middleware: Middleware,
  route: Route,
  services: GatewayRuntime,
): readonly Stage[] {
  switch (middleware.kind) {
    case 'addPrefix':
    case 'stripPrefix':
    case 'stripPrefixRegex':
    case 'replacePath':
    case 'replacePathRegex':
      return [pathStage(middleware)];
    case 'headers':
      return [headersStage(middleware)];
    case 'redirectScheme':
      return [redirectSchemeStage(middleware)];
    case 'redirectTo':
      return [redirectToStage(middleware)];
    case 'redirectRegex':
      return [redirectRegexStage(middleware)];
    case 'basicAuth':
      return [
        basicStage({
          users: middleware.users,
          realm: middleware.realm,
          removeHeader: middleware.removeHeader,
          userHeader: middleware.headerField,
        }),
      ];
    case 'forwardAuth':
      return [forwardAuthStage(middleware, services)];
    case 'ipAllowList':
      return [ipAllowListStage(middleware)];
    case 'rateLimit':
      return [rateLimitStage(middleware, route, services)];
    case 'inFlightReq':
      return [inFlightStage(middleware)];
    case 'buffering':
      return [bufferingStage(middleware)];
    case 'retry':
      return [{ onRequest: (exchange) => void (exchange.retry = middleware) }];
    case 'circuitBreaker':
      return [circuitBreakerStage(middleware)];
    case 'compress':
      return [compressStage(middleware)];
    case 'errors':
      return [errorsStage(middleware)];
    case 'policy': {
      const { source, isRemote, policy } = middleware;
      const make = (): Stage =>
        policyStage({ source, ...(isRemote === true ? { isRemote } : {}), ...policy }, services);
      return [services.shared.get(middleware, make)];
    }
    case 'httpCache':
      return [services.shared.get(middleware, () => httpCacheStage(middleware))];
    case 'distributedRateLimit':
      return [distributedRateLimitStage(middleware, services)];
    case 'contentType':
      // Upstream content types are never guessed here, which is all this middleware asks for.
      return [];
  }
}
