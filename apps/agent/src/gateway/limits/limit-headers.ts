import type { HeaderList } from '../http/header-list.ts';
import { emptyReply, type Reply } from '../http/reply.ts';
import type { BucketRule, Take } from './bucket.ts';

/**
 * What a caller learns of its limit: X-Ratelimit-Remaining, and the fields of draft-ietf-httpapi-ratelimit-headers (`q` quota, `w` window in
 * seconds, `r` remaining, `t` seconds until the bucket is full).
 */
export function limitHeaders(name: string, rule: BucketRule, take: Take): HeaderList {
  const windowSeconds = Math.max(1, Math.round(rule.periodMs / 1000));
  const label = `"${name.replaceAll(/[^\x20-\x7e]|["\\]/g, '')}"`;
  return [
    'X-Ratelimit-Remaining',
    String(take.remaining),
    'RateLimit-Policy',
    `${label};q=${rule.limit};w=${windowSeconds}`,
    'RateLimit',
    `${label};r=${take.remaining};t=${Math.ceil(take.resetMs / 1000)}`,
  ];
}

/** 429 with an empty body. */
export function tooManyRequests(retryAfterMs: number): Reply {
  return emptyReply(429, ['Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1000)))]);
}
