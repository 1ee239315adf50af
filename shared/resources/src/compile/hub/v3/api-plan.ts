import type { ApiPlan } from '../../../generated/v3/api-plan.ts';
import type { CataloguePlan } from '../../../model/catalogue.ts';
import type { PlanLimit, PlanTerms } from '../../../model/plan.ts';
import { defineKind } from '../../define-kind.ts';
import type { Reader } from '../../reader.ts';
import { durationMs } from '../rate-limit.ts';
import { managedKey } from '../managed-keys.ts';
import type { Resolved } from '../../unit.ts';

const RATE_PERIOD_MS = 1000;
/** The longest period of a quota there is, 9999h. */
const QUOTA_PERIOD_MS = 9999 * 3_600_000;

type Plan = Omit<PlanTerms, 'counted'>;

export const apiPlanKind = defineKind<ApiPlan>({
  type: 'APIPlan.hub.traefik.io',
  compile({ spec: { spec }, reader }) {
    const { title, rateLimit, quota } = spec;
    const plan: Plan = {
      plan: reader.self,
      title,
      rateLimit: rateLimit === undefined ? null : limitOf(rateLimit, RATE_PERIOD_MS),
      quota: quota === undefined ? null : limitOf(quota, QUOTA_PERIOD_MS),
    };
    warnOfContradiction(reader, plan, quota?.period !== undefined);
    const catalogue: CataloguePlan = {
      kind: 'plan',
      source: reader.self,
      title,
      description: spec.description ?? '',
      rateLimit: plan.rateLimit,
      quota: plan.quota,
    };
    return { value: { ok: true, value: plan }, catalogue };
  },
});

/** Follows a reference to a plan; one that does not exist leaves the access without effect: it must not be without limits. */
export function findPlan(reader: Reader, name: string): Resolved<Plan> {
  const { namespace } = reader.self;
  return (
    reader.result<Plan>(managedKey('APIPlan', name, namespace)) ?? {
      ok: false,
      reason: `APIPlan "${name}" does not exist in namespace "${namespace}"`,
      fix: `create APIPlan "${name}", or reference another one`,
    }
  );
}

function limitOf(
  {
    limit,
    period,
    bucket,
  }: { readonly limit: number; readonly period?: string; readonly bucket?: PlanLimit['bucket'] },
  defaultMs: number,
): PlanLimit {
  return { limit, periodMs: durationMs(period, defaultMs), bucket: bucket ?? 'subscription' };
}

function warnOfContradiction(reader: Reader, { rateLimit, quota }: Plan, hasPeriod: boolean): void {
  if (rateLimit === null && quota === null) {
    reader.warn('no-effect', 'spec', {
      message: 'sets neither rateLimit nor quota, so it limits nothing',
      fix: 'set one of them',
    });
  }
  if (quota !== null && !hasPeriod) {
    reader.warn('no-period', 'spec.quota.period', {
      message: 'is not set; the quota is for 9999h, the longest period there is',
      fix: 'set the period, such as 24h',
    });
  }
  if (rateLimit === null || quota === null || rateLimit.bucket !== quota.bucket) return;
  const most = rateLimit.limit * (1 + quota.periodMs / rateLimit.periodMs);
  if (quota.limit <= most) return;
  reader.warn('no-effect', 'spec.quota.limit', {
    message: `can never be used up: rateLimit admits at most ${Math.floor(most)} requests in that period`,
    fix: 'lower the quota, or raise rateLimit',
  });
}
