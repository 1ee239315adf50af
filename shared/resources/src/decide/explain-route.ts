import type { Matched } from './matched.ts';
import type { ApiGuard, Guard, Route } from '../model/model.ts';
import { formatRule } from '../rules/format.ts';
import { explainAuthorization } from './explain-authorization.ts';
import type { Reason } from './decision.ts';
import { apiStep, gatewayStep } from './explain-miss.ts';
import { nameObject, REMEDY_OWNER } from './format.ts';

/** The walk of a request that found its route, up to the first refusal. */
export function explainRoute(matched: Matched): Reason[] {
  const { route, facts } = matched;
  const walk: Reason[] = [{ step: 'host', ok: true, text: `"${facts.host}" is served` }];
  if (route.guard.kind === 'api')
    walk.push(...apiSteps(route, route.guard.api), ...explainAuthorization(matched, route.guard.api));
  else walk.push(routeStep(route), ...guardSteps(route.guard, matched));
  if (walk.every((reason) => reason.ok)) walk.push(upstreamStep(matched));
  return walk;
}

function apiSteps(route: Route, guard: ApiGuard): Reason[] {
  const steps = [guard.gateway === null ? routeStep(route) : gatewayStep(guard.gateway)];
  if (guard.collection !== null) {
    steps.push({
      step: 'collection',
      ok: true,
      text: `reached through ${nameObject(guard.collection)}`,
      object: guard.collection,
    });
  }
  steps.push(apiStep(guard));
  if (guard.version !== null) {
    const release = guard.release === null ? '' : `, release ${guard.release}`;
    steps.push({
      step: 'version',
      ok: true,
      text: `${nameObject(guard.version)} matches${release}`,
      object: guard.version,
    });
  }
  return steps;
}

function routeStep(route: Route): Reason {
  return {
    step: 'route',
    ok: true,
    text: `${nameObject(route.owner)}: ${formatRule(route.rule)}`,
    object: route.owner,
  };
}

function guardSteps(guard: Exclude<Guard, { kind: 'api' }>, { identity, route }: Matched): Reason[] {
  switch (guard.kind) {
    case 'open':
      return [{ step: 'policy', ok: true, text: 'open to everyone: no AccessControlPolicy is attached' }];
    case 'closed':
      return [
        {
          step: 'policy',
          ok: false,
          text: guard.reason,
          object: route.owner,
          fix: guard.fix,
          who: REMEDY_OWNER.editor,
        },
      ];
    case 'policy': {
      const { policy } = guard;
      const step = { step: 'policy', object: policy.source } as const;
      if (identity !== null)
        return [{ ...step, ok: true, text: `${nameObject(policy.source)} accepts the caller's credential` }];
      const text = `${nameObject(policy.source)} (${policy.kind}) requires a credential, and none or an invalid one was sent`;
      return [
        {
          ...step,
          ok: false,
          text,
          fix: `send a credential that the policy accepts`,
          who: REMEDY_OWNER.caller,
        },
      ];
    }
  }
}

function upstreamStep({ route, decision }: Matched): Reason {
  if (route.target.kind === 'none') {
    const text = `it has no upstream: ${route.target.reason}`;
    return {
      step: 'upstream',
      ok: false,
      text,
      object: route.owner,
      fix: 'reference an existing Service',
      who: REMEDY_OWNER.editor,
    };
  }
  if (route.target.kind === 'portal')
    return { step: 'upstream', ok: true, text: `is ${nameObject(route.target.portal.source)}` };
  return { step: 'upstream', ok: true, text: `goes to ${decision.target.join(', ')}` };
}
