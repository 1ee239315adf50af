import type { Route, Target } from '../model/model.ts';
import type { Identity, RequestFacts } from '../model/request.ts';
import { RuleFacts } from '../rules/facts.ts';
import { type Authorization, authorize, operationPath } from './authorize.ts';
import type { Decision } from './decision.ts';
import { explainMiss } from './explain-miss.ts';
import { explainRoute } from './explain-route.ts';
import type { Router } from './router.ts';

export interface DecideOptions {
  readonly explain?: boolean;
  /** The OpenAPI document of an API or APIVersion, by its key, to name operations in the explanation by. */
  readonly documentOf?: (key: string) => unknown;
}

/** Decides a request; with `explain`, says why step by step. The verdict is the same either way. */
export function decide(
  router: Router,
  request: RequestFacts,
  identity: Identity | null,
  options: DecideOptions = {},
): Decision {
  const facts = new RuleFacts(request);
  const route = router.find(facts);
  if (route === null) {
    return {
      ...refusal(facts.clean === null ? 400 : 404),
      reasons: options.explain === true ? explainMiss(router, facts) : [],
    };
  }
  const decision = decideRoute(route, facts, identity);
  if (options.explain !== true) return decision;
  const documentOf = options.documentOf ?? (() => null);
  return { ...decision, reasons: explainRoute({ router, route, facts, identity, decision, documentOf }) };
}

function decideRoute(route: Route, facts: RuleFacts, identity: Identity | null): Decision {
  const { guard } = route;
  const common = {
    route: { id: route.id, kind: route.kind, owner: route.owner },
    target: servicesOf(route.target),
  };
  switch (guard.kind) {
    case 'closed':
      return { ...refusal(guard.status), ...common };
    case 'policy':
      return { ...(identity === null ? refusal(401) : answer(route.target)), ...common };
    case 'open':
      return { ...answer(route.target), ...common };
    case 'api': {
      const { api, version } = guard.api;
      const clean = facts.clean ?? '/';
      const authorization = authorize(guard.api, facts.request.method, clean, identity);
      const operation = { method: facts.request.method, path: operationPath(guard.api, clean) };
      return { ...apiAnswer(authorization, route.target), ...common, api, version, operation };
    }
  }
}

function apiAnswer({ status, grant, limit }: Authorization, target: Target): Decision {
  if (status !== 200) return refusal(status);
  const { access, terms = null } = grant;
  // Other limits depend on what was asked before; one of none refuses every request.
  const isNone = [limit, terms?.rateLimit, terms?.quota].some((one) => one?.limit === 0);
  return { ...(isNone ? refusal(429) : answer(target)), grant: access, limit, terms };
}

function answer(target: Target): Decision {
  return target.kind === 'none' ? refusal(target.status) : { ...refusal(200), verdict: 'allow' };
}

function refusal(status: number): Decision {
  return {
    status,
    verdict: 'refuse',
    route: null,
    api: null,
    version: null,
    operation: null,
    grant: null,
    limit: null,
    terms: null,
    target: [],
    reasons: [],
  };
}

function servicesOf(target: Target): readonly string[] {
  switch (target.kind) {
    case 'service':
      return [`${target.service.service}:${target.service.port}`];
    case 'weighted':
      return target.targets.flatMap((entry) => servicesOf(entry.target));
    case 'mirror':
      return servicesOf(target.main);
    case 'portal':
    case 'none':
      return [];
  }
}
