import type { ObjectRef } from './object-ref.ts';

/** An APIPlan as one access or subscription applies it to one API. */
export interface PlanTerms {
  readonly plan: ObjectRef;
  readonly title: string;
  /** Token bucket: capacity `limit`, refilled at `limit / periodMs`. */
  readonly rateLimit: PlanLimit | null;
  /** No more than `limit` requests within any span of `periodMs`. */
  readonly quota: PlanLimit | null;
  /** What counts as one API: the bundle it is granted through, else the API itself. */
  readonly counted: ObjectRef;
}

export interface PlanLimit {
  readonly limit: number;
  readonly periodMs: number;
  readonly bucket: PlanBucket;
}

/**
 * What shares a counter: all of a subscription, an application's requests to one API, or all of an application. Under an
 * APIAccess, which has no applications, each caller counts apart.
 */
export type PlanBucket = 'subscription' | 'application-api' | 'application';
