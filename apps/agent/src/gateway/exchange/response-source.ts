/** What made a response: the upstream, the cache of a middleware, an API portal, or the gateway itself. */
export type ResponseSource = 'upstream' | 'cache' | 'portal' | 'gateway';

/** Why the gateway answered instead of the upstream. Stable: metrics, logs and filters use these words. */
const REFUSAL_REASONS = [
  'no-route',
  'misdirected',
  'bad-request',
  'unauthenticated',
  'credential-not-checked',
  'forbidden',
  'rate-limited',
  'quota-exceeded',
  'body-too-large',
  'refused-by-middleware',
  'closed-route',
  'no-endpoint',
  'upstream-unreachable',
  'upstream-timeout',
  'gateway-fault',
  'client-closed',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

const BY_STATUS: Readonly<Record<number, RefusalReason>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'no-route',
  413: 'body-too-large',
  421: 'misdirected',
  429: 'rate-limited',
  500: 'gateway-fault',
  502: 'upstream-unreachable',
  504: 'upstream-timeout',
};

/** Returns the reason that a response of the gateway stands for, where the response does not name one; null below 400. */
export function reasonOfStatus(status: number): RefusalReason | null {
  return status < 400 ? null : (BY_STATUS[status] ?? 'refused-by-middleware');
}
