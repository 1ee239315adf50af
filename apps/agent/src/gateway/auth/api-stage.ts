import { authorize, upstreamPath } from '@portolan/resources/decide/authorize';
import type { ApiGuard, Grant, Limit } from '@portolan/resources/model/model';
import { encodePath } from '@portolan/resources/rules/path';
import type { PlanTerms } from '@portolan/resources/model/plan';
import type { Identity } from '@portolan/resources/model/request';
import type { Exchange } from '../exchange/exchange.ts';
import { isReply, problemReply, type Reply } from '../http/reply.ts';
import { bucketKey, type Take } from '../limits/buckets.ts';
import { limitHeaders, planHeaders, tooManyRequests } from '../limits/limit-headers.ts';
import type { PlanTake } from '../limits/plan-counters.ts';
import { PlanRequests } from '../limits/plan-requests.ts';
import type { Stage } from '../exchange/exchange.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { Authenticators } from './authenticator.ts';

/** Credentials, access and limit of an API route, in that order. */
export function apiStage(
  guard: ApiGuard,
  { limiter, authenticators }: { readonly limiter: Limiter; readonly authenticators: Authenticators },
): Stage {
  const bucketKeys = new BucketKeys(guard);
  const planRequests = new PlanRequests();
  const forbidden = problemReply(
    403,
    `The caller has no access to this operation of API "${guard.api.name}".`,
  );
  const prefix = encodePath(guard.prefix + (guard.stripVersionPrefix ? guard.versionPrefix : ''));
  const admit = (
    exchange: Exchange,
    identity: Identity | Reply,
  ): Reply | undefined | Promise<Reply | undefined> => {
    if (isReply(identity)) return identity;
    exchange.identity = identity;
    const verdict = authorize(guard, exchange.method, exchange.path, identity);
    if (verdict.status !== 200) return forbidden;
    exchange.targetPath = upstreamPath(guard, exchange.path);
    exchange.forwardedPrefix = prefix;
    const { limit, grant } = verdict;
    if (limit === null) return countByPlan(exchange, grant, identity);
    const taken = limiter.take(bucketKeys.of(limit, identity), limit);
    return taken instanceof Promise
      ? taken.then((take) => applyLimit(exchange, limit, take) ?? countByPlan(exchange, grant, identity))
      : (applyLimit(exchange, limit, taken) ?? countByPlan(exchange, grant, identity));
  };
  const countByPlan = (
    exchange: Exchange,
    grant: Grant,
    identity: Identity,
  ): Reply | undefined | Promise<Reply | undefined> => {
    const { terms } = grant;
    if (terms === undefined || (terms.rateLimit === null && terms.quota === null)) return undefined;
    const taken = limiter.takePlan(planRequests.of(grant, terms, identity));
    return taken instanceof Promise
      ? taken.then((take) => applyPlan(exchange, terms, take))
      : applyPlan(exchange, terms, taken);
  };
  return {
    onRequest(exchange) {
      const begun = performance.now();
      const identity = authenticators.get(guard.auth ?? exchange.context.apiAuth)(exchange);
      const proceed = (proven: Identity | Reply): ReturnType<typeof admit> => {
        exchange.authMs = performance.now() - begun;
        return admit(exchange, proven);
      };
      return identity instanceof Promise ? identity.then(proceed) : proceed(identity);
    },
  };
}

/** A counter for each user, rule and API. */
class BucketKeys {
  readonly #api: string;
  /** Identities of API keys live as long as the keys: joining, and hashing what was joined, happens once for each. */
  readonly #known = new WeakMap<Identity, { readonly limit: Limit; readonly key: string }>();

  constructor(guard: ApiGuard) {
    this.#api = guard.api.key;
  }

  of(limit: Limit, identity: Identity): string {
    const known = this.#known.get(identity);
    if (known?.limit === limit) return known.key;
    const key = bucketKey(`${limit.source.key} ${this.#api} ${identity.userId}`, limit);
    if (identity.keyId !== undefined) this.#known.set(identity, { limit, key });
    return key;
  }
}

function applyLimit(exchange: Exchange, limit: Limit, take: Take): Reply | undefined {
  exchange.addResponseFields(limitHeaders(limit.source.name, limit, take));
  if (take.isAllowed) return undefined;
  return tooManyRequests(take.retryAfterMs, `The limit "${limit.source.name}" is used up.`);
}

function applyPlan(exchange: Exchange, terms: PlanTerms, take: PlanTake): Reply | undefined {
  exchange.addResponseFields(planHeaders(terms.plan.name, terms, take));
  if (take.isAllowed) return undefined;
  const isQuota = take.quota?.isAllowed === false;
  const counted = isQuota ? take.quota : take.rate;
  const refusal = tooManyRequests(
    counted?.retryAfterMs ?? 0,
    `The ${isQuota ? 'quota' : 'rate'} of plan "${terms.title}" is used up.`,
  );
  return isQuota ? { ...refusal, reason: 'quota-exceeded' } : refusal;
}
