import type { ApiGuard, Grant } from '../model/model.ts';
import type { PlanBucket, PlanLimit, PlanTerms } from '../model/plan.ts';
import type { Identity } from '../model/request.ts';
import type { Reason } from './decision.ts';
import { list, nameCaller, nameLimit, nameObject, REMEDY_OWNER } from './format.ts';

/** The refusal of a caller that no access and no subscription of generation v3 lets through. */
export function noGrant({ api, grants }: ApiGuard, identity: Identity): Reason {
  const [first] = grants;
  const caller =
    identity.application === undefined || identity.kind === 'application'
      ? nameCaller(identity)
      : `${nameCaller(identity)} (application "${identity.application.id}")`;
  const text =
    first === undefined
      ? `no APIAccess and no ManagedSubscription gives access to ${nameObject(api)}`
      : `${caller} is named by none of ${list(
          grants.map(({ access }) => access.name),
          'and',
        )}, which give access to ${nameObject(api)}`;
  return {
    step: 'access',
    ok: false,
    text,
    object: first?.access ?? api,
    fix: `subscribe the application to the API: list it in a ManagedSubscription in namespace "${api.namespace}"`,
    who: REMEDY_OWNER.editor,
  };
}

const SHARED: Readonly<Record<PlanBucket, string>> = {
  subscription: 'by everyone under it',
  'application-api': 'by each application for each API',
  application: 'by each application for all its APIs',
};

/** The step that names the plan, what it counts, and the plans that its weight hides. */
export function planStep(terms: PlanTerms, reaching: readonly Grant[]): Reason {
  const { plan, title, rateLimit, quota, counted } = terms;
  const counts = [
    ...(rateLimit === null ? [] : [describe('rate', rateLimit)]),
    ...(quota === null ? [] : [describe('quota', quota)]),
  ];
  const bundle = counted.kind === 'APIBundle' ? `, shared by the APIs of ${nameObject(counted)}` : '';
  const hidden = reaching.flatMap((grant) =>
    grant.terms !== undefined && grant.terms.plan.key !== plan.key ? [grant.terms.plan.name] : [],
  );
  const others =
    hidden.length === 0
      ? ''
      : `; its weight or name puts it before plan ${list([...new Set(hidden)], 'and')}`;
  const isNone = rateLimit?.limit === 0 || quota?.limit === 0;
  const what = counts.length === 0 ? 'limits nothing' : counts.join(', ');
  return {
    step: 'plan',
    ok: !isNone,
    text: `${nameObject(plan)} (${title}): ${what}${bundle}${others}`,
    object: plan,
    ...(isNone ? { fix: `raise the limit of ${nameObject(plan)}`, who: REMEDY_OWNER.editor } : {}),
  };
}

function describe(name: string, limit: PlanLimit): string {
  return `${name} ${nameLimit(limit)}, used ${SHARED[limit.bucket]}`;
}
