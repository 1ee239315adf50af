import type { PlanTerms } from '@portolan/resources/model/plan';
import type { HeaderList } from '../http/header-list.ts';
import { problemReply, type Reply } from '../http/reply.ts';
import type { BucketRule } from './buckets.ts';
import type { PlanTake } from './plan-counters.ts';
import type { Counted } from './quota.ts';

interface FixedPart {
  readonly label: string;
  readonly policy: string;
}

/** What does not change from request to request, by rule. */
const fixedParts = new WeakMap<BucketRule, FixedPart>();

/**
 * What a caller learns of its limit: X-Ratelimit-Remaining, and the fields of draft-ietf-httpapi-ratelimit-headers (`q` quota, `w` window in
 * seconds, `r` remaining, `t` seconds until the bucket is full).
 */
export function limitHeaders(name: string, rule: BucketRule, take: Counted): HeaderList {
  const { label, policy } = fixedPartOf(name, rule);
  return [
    'X-Ratelimit-Remaining',
    String(take.remaining),
    'RateLimit-Policy',
    policy,
    'RateLimit',
    `${label};r=${take.remaining};t=${Math.ceil(take.resetMs / 1000)}`,
  ];
}

/**
 * What a caller learns of its plan: X-Ratelimit-Remaining of the rate, X-Quota-Remaining of the quota, and both as policies of the
 * same draft.
 */
export function planHeaders(
  name: string,
  { rateLimit, quota }: Pick<PlanTerms, 'rateLimit' | 'quota'>,
  take: PlanTake,
): HeaderList {
  const fields: HeaderList = [];
  const policies: string[] = [];
  const states: string[] = [];
  const add = (kind: string, field: string, rule: BucketRule | null, counted: Counted | null): void => {
    if (rule === null || counted === null) return;
    fields.push(field, String(counted.remaining));
    const { label, policy } = fixedPartOf(`${name}-${kind}`, rule);
    policies.push(policy);
    states.push(`${label};r=${counted.remaining};t=${Math.ceil(counted.resetMs / 1000)}`);
  };
  add('rate', 'X-Ratelimit-Remaining', rateLimit, take.rate);
  add('quota', 'X-Quota-Remaining', quota, take.quota);
  if (policies.length > 0)
    fields.push('RateLimit-Policy', policies.join(', '), 'RateLimit', states.join(', '));
  return fields;
}

function fixedPartOf(name: string, rule: BucketRule): FixedPart {
  let part = fixedParts.get(rule);
  if (part === undefined) {
    const label = `"${name.replaceAll(/[^\x20-\x7e]|["\\]/g, '')}"`;
    part = { label, policy: `${label};q=${rule.limit};w=${Math.max(1, Math.round(rule.periodMs / 1000))}` };
    fixedParts.set(rule, part);
  }
  return part;
}

/** Returns a 429 that says in words and in Retry-After when to come again. */
export function tooManyRequests(retryAfterMs: number, reason: string): Reply {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return problemReply(429, `${reason} Try again in ${seconds} s.`, ['Retry-After', String(seconds)]);
}
