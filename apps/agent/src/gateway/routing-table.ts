import { buildRouter, type Router } from '@portolan/resources/decide/router';
import type { Model, Route } from '@portolan/resources/model/model';
import type { Endpoint, ServiceTarget } from '@portolan/resources/model/service';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Logger } from 'pino';
import { planRoute, type Plan } from './plan.ts';
import type { ExchangeContext, ResolvedTarget, WeightedTargets } from './exchange/exchange.ts';
import type { GatewayLimits } from './http/limits.ts';
import type { TraceSettings } from './trace/trace-context.ts';
import type { Upstream } from './upstreams/upstream.ts';
import type { GatewayRuntime } from './runtime.ts';

/** One model, ready to serve. A request keeps the table it began with, so that a swap never shows it half of another. */
export class RoutingTable implements ExchangeContext {
  readonly model: Model;
  readonly limits: GatewayLimits;
  readonly logger: Logger;
  readonly router: Router;
  readonly #runtime: GatewayRuntime;
  readonly #resolved = new WeakMap<ServiceTarget, ResolvedTarget>();
  readonly #shares = new WeakMap<WeightedTargets, number[]>();
  /** Plans follow their routes from table to table: what did not change keeps its state. */
  readonly #plans: WeakMap<Route, Plan>;

  constructor(model: Model, runtime: GatewayRuntime, previous: RoutingTable | null) {
    this.model = model;
    this.#runtime = runtime;
    this.limits = runtime.limits;
    this.logger = runtime.logger;
    // A request is matched in the moment it is given its table, so tables can hand one router on: only the routes
    // that changed are exchanged in it, instead of indexing thousands anew at each swap.
    this.router = previous === null ? buildRouter(model) : previous.router;
    this.router.update(model);
    this.#plans = previous === null ? new WeakMap() : previous.#plans;
  }

  get apiAuth(): ApiAuth {
    return this.model.apiAuth;
  }

  get tracing(): TraceSettings {
    return this.#runtime.tracing;
  }

  get isDraining(): boolean {
    return this.#runtime.isDraining;
  }

  planFor(route: Route): Plan {
    let plan = this.#plans.get(route);
    if (plan === undefined) {
      plan = planRoute(route, this.#runtime);
      this.#plans.set(route, plan);
    }
    return plan;
  }

  resolve(target: ServiceTarget): ResolvedTarget {
    let resolved = this.#resolved.get(target);
    if (resolved === undefined) {
      const upstreams: Upstream[] = [];
      const draining: Upstream[] = [];
      for (const endpoint of this.#endpointsOf(target))
        (endpoint.isDraining === true ? draining : upstreams).push(
          this.#runtime.upstreams.get(endpoint, target),
        );
      resolved = { upstreams, draining, turn: -1 };
      this.#resolved.set(target, resolved);
    }
    return resolved;
  }

  shares(target: WeightedTargets): number[] {
    let shares = this.#shares.get(target);
    if (shares === undefined) {
      shares = target.targets.map(() => 0);
      this.#shares.set(target, shares);
    }
    return shares;
  }

  #endpointsOf(target: ServiceTarget): readonly Endpoint[] {
    const service = this.model.services.get(target.service);
    if (service === undefined) return [];
    const port = service.ports.find(
      (candidate) => candidate.port === target.port || candidate.name === target.port,
    );
    if (port !== undefined) return port.endpoints;
    const number = Number(target.port);
    return service.externalName === undefined || !Number.isInteger(number)
      ? []
      : [{ host: service.externalName, port: number, ...(service.isRemote ? { isRemote: true } : {}) }];
  }
}
