import type { BucketRule, Take } from './bucket.ts';

/** Where token buckets live. Every implementation gives the same answers to the same takes at the same times. */
export interface Buckets {
  /** @throws Error when the store cannot answer; never to be shown to a client. */
  take(key: string, rule: BucketRule): Take | Promise<Take>;
}
