import type { ApiAccess } from '../../../generated/v3/api-access.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import type { Resolved } from '../../unit.ts';
import { findPlan } from './api-plan.ts';
import { relateReach, type Right, rightOrProblem, warnOfReach } from './rights.ts';

/** Deprecated in favour of APICatalogItem (what is shown) and ManagedSubscription (what may be called), and served all the same. */
export const apiAccessKind = defineKind<ApiAccess>({
  type: 'APIAccess.hub.traefik.io',
  relate: (object, { spec }) => relateReach(object, spec ?? {}),
  compile({ spec: { spec = {} }, reader }) {
    warnOfReach(reader, spec);
    if (spec.everyone !== true && (spec.groups ?? []).length === 0) {
      reader.warn('no-effect', 'spec.groups', {
        message: 'names no group, so no one gets access',
        fix: 'list groups, or set everyone: true for every authenticated caller',
      });
    }
    return rightOrProblem(reader, 'spec.apiPlan', rightOf(spec, reader));
  },
});

function rightOf(spec: NonNullable<ApiAccess['spec']>, reader: Reader): Resolved<Right> {
  const plan = spec.apiPlan === undefined ? null : findPlan(reader, spec.apiPlan.name);
  if (plan?.ok === false) return plan;
  return {
    ok: true,
    value: {
      access: reader.self,
      groups: spec.everyone === true ? 'any' : (spec.groups ?? []),
      operations: spec.operationFilter === undefined ? null : (spec.operationFilter.include ?? []),
      weight: spec.weight ?? 0,
      plan: plan === null ? null : plan.value,
    },
  };
}
