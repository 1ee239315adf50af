import type { Issuer } from './issuer.ts';
import type { CertificateChange } from './order-store.ts';

/** What one step of a certificate led to: what to store, and when the next step is due. */
export interface Progress {
  readonly change: CertificateChange;
  /** Null: at once, by the same replica. */
  readonly nextAt: Date | null;
}

/** Goes on at once. */
export function proceed(change: CertificateChange = {}): Progress {
  return { change, nextAt: null };
}

/** Goes on at a time. */
export function waitUntil(nextAt: Date, change: CertificateChange = {}): Progress {
  return { change: { ...change, nextAt }, nextAt };
}

export function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}

/** Fields of an order that is over. */
export const NO_ORDER = {
  orderUrl: null,
  orderDirectory: null,
  orderStartedAt: null,
  challenge: null,
} as const satisfies CertificateChange;

/** Name of an authority for people: the host of its directory. */
export function nameOf({ config }: Pick<Issuer, 'config'>): string {
  return new URL(config.directory).hostname;
}
