import type { Route } from '@portolan/resources/model/model';
import { apiStage } from './auth/api-stage.ts';
import { policyStage } from './auth/policy-stage.ts';
import { textReply } from './http/reply.ts';
import { apiHeadersStage } from './middleware/headers.ts';
import { corsStage } from './middleware/cors.ts';
import { middlewareStage } from './middleware/middleware-stage.ts';
import { mirrorStage } from './proxy/mirror.ts';
import type { GatewayRuntime } from './runtime.ts';
import type { Stage } from './exchange/exchange.ts';

/** The stages of a route, created once. */
export interface Plan {
  readonly stages: readonly Stage[];
}

/** Returns the plan of a route; of one that cannot be planned, a stage that responds with 500. */
export function planRoute(route: Route, runtime: GatewayRuntime): Plan {
  try {
    return { stages: stagesOf(route, runtime) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    runtime.logger.error(
      { event: 'route.closed', route: route.id, object: route.owner.key, reason },
      `route is closed: ${reason}`,
    );
    return {
      stages: [{ onRequest: () => ({ ...textReply(500, 'Internal Server Error'), reason: 'closed-route' }) }],
    };
  }
}

function stagesOf(route: Route, runtime: GatewayRuntime): readonly Stage[] {
  const stages: Stage[] = [];
  // Preflights carry no credentials (Fetch §4.8), so they are handled before any are required.
  if (route.guard.kind === 'api' && route.guard.api.cors !== null)
    stages.push(corsStage(route.guard.api.cors));
  for (const middleware of route.middlewares) {
    if (middleware.kind === 'headers' && middleware.cors !== null) stages.push(corsStage(middleware.cors));
  }
  const { guard } = route;
  switch (guard.kind) {
    case 'open':
      break;
    case 'closed':
      return [
        {
          onRequest: () => ({
            ...textReply(guard.status, guard.status === 404 ? '404 page not found' : 'Service Unavailable'),
            reason: 'closed-route',
          }),
        },
      ];
    case 'policy':
      stages.push(timed(runtime.shared.get(guard.policy, () => policyStage(guard.policy, runtime))));
      break;
    case 'api':
      stages.push(apiStage(guard.api, runtime));
      if (guard.api.headers !== null) stages.push(apiHeadersStage(guard.api.headers));
      break;
  }
  for (const middleware of route.middlewares) {
    const made = middlewareStage(middleware, route, runtime);
    stages.push(...(middleware.kind === 'policy' ? made.map(timed) : made));
  }
  const { portals } = runtime;
  const { target } = route;
  if (target.kind === 'portal' && portals !== null)
    stages.push({
      onRequest(exchange) {
        exchange.source = 'portal';
        return portals.serve(exchange, target.portal);
      },
    });
  if (route.target.kind === 'mirror') stages.push(mirrorStage(route.target));
  return stages;
}

/** Returns a stage that also notes how long it took to find out who calls. */
function timed(stage: Stage): Stage {
  return {
    ...stage,
    onRequest(exchange) {
      const begun = performance.now();
      const outcome = stage.onRequest?.(exchange);
      const note = (): void => void (exchange.authMs = performance.now() - begun);
      if (!(outcome instanceof Promise)) {
        note();
        return outcome;
      }
      return outcome.finally(note);
    },
  };
}
