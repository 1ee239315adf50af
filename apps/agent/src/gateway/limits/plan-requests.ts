import type { Grant } from '@portolan/resources/model/model';
import type { PlanBucket, PlanLimit, PlanTerms } from '@portolan/resources/model/plan';
import type { Identity } from '@portolan/resources/model/request';
import type { Limiter } from './limiter.ts';
import type { PlanCounter, PlanRequest, PlanTake } from './plan-counters.ts';

/** Returns the counters of callers, with keys joined once for callers that live longer than a request. */
export class PlanRequests {
  readonly #known = new WeakMap<Identity, { readonly terms: PlanTerms; readonly request: PlanRequest }>();

  of(grant: Grant, terms: PlanTerms, identity: Identity): PlanRequest {
    const known = this.#known.get(identity);
    if (known?.terms === terms) return known.request;
    const counterOf = (limit: PlanLimit | null): PlanCounter | null =>
      limit && {
        key: counterKey(grant, { bucket: limit.bucket, counted: terms.counted.key, identity }),
        limit: limit.limit,
        periodMs: limit.periodMs,
      };
    const request = { rate: counterOf(terms.rateLimit), quota: counterOf(terms.quota) };
    this.#known.set(identity, { terms, request });
    return request;
  }
}

/** Returns what a plan has left for a caller now, by the counters that admit its requests; null for one that limits nothing. */
export function planLeft(
  limiter: Pick<Limiter, 'peekPlan'>,
  { grant, identity }: { readonly grant: Grant; readonly identity: Identity },
): PlanTake | null | Promise<PlanTake> {
  const { terms } = grant;
  if (terms === undefined || (terms.rateLimit === null && terms.quota === null)) return null;
  return limiter.peekPlan(new PlanRequests().of(grant, terms, identity));
}

/** Neither plan nor limit is part of the key: what an access has counted goes on counting under another plan. */
function counterKey(
  { access, applications }: Grant,
  {
    bucket,
    counted,
    identity,
  }: { readonly bucket: PlanBucket; readonly counted: string; readonly identity: Identity },
): string {
  // Only the caller's id, which is last, may hold spaces.
  const caller = identity.application?.id ?? identity.userId;
  if (bucket === 'application') return `${access.key} * ${caller}`;
  if (bucket === 'subscription' && applications !== undefined) return access.key;
  return `${access.key} ${counted} ${caller}`;
}
