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
    return { stages: [{ onRequest: () => textReply(500, 'Internal Server Error') }] };
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
          onRequest: () =>
            textReply(guard.status, guard.status === 404 ? '404 page not found' : 'Service Unavailable'),
        },
      ];
    case 'policy':
      stages.push(policyStage(guard.policy, runtime));
      break;
    case 'api':
      stages.push(apiStage(guard.api, runtime));
      if (guard.api.headers !== null) stages.push(apiHeadersStage(guard.api.headers));
      break;
  }
  for (const middleware of route.middlewares) stages.push(...middlewareStage(middleware, route, runtime));
  const { portals } = runtime;
  const { target } = route;
  if (target.kind === 'portal' && portals !== null)
    stages.push({ onRequest: (exchange) => portals.serve(exchange, target.portal) });
  if (route.target.kind === 'mirror') stages.push(mirrorStage(route.target));
  return stages;
}
