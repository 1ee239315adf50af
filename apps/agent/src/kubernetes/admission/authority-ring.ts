import { X509Certificate } from 'node:crypto';
import { createAuthority } from '@portolan/process/certificate-authority';
import { z } from 'zod';

const entry = z.object({
  cert: z.string(),
  key: z.string(),
  /** Milliseconds since the epoch at which it was created. */
  createdAt: z.number(),
});

/** Authorities of the webhook's certificates, oldest first: all are trusted, one signs. */
const authorityRing = z.array(entry);
export type AuthorityRing = z.infer<typeof authorityRing>;
export type RingEntry = z.infer<typeof entry>;

/** Durations of certificates, in milliseconds. */
export interface RingTiming {
  readonly authorityMs: number;
  readonly leafMs: number;
  /** From the creation of an authority until it signs: by then every API server trusts it. */
  readonly overlapMs: number;
}

const DAY_MS = 24 * 3600_000;
export const RING_TIMING: RingTiming = {
  authorityMs: 365 * DAY_MS,
  leafMs: 7 * DAY_MS,
  overlapMs: 15 * 60_000,
};

/**
 * Returns the ring as it should be: with a new authority once the newest has lived for two thirds of its time, and without those
 * of which no certificate is in use any more. Returns the same ring when nothing is due.
 */
export async function rotateRing(
  ring: AuthorityRing,
  timing: RingTiming,
  now: number,
): Promise<AuthorityRing> {
  const kept = ring.filter((each, index) => {
    const successor = ring[index + 1];
    return (
      !isExpired(each, now) &&
      (successor === undefined || now < successor.createdAt + timing.overlapMs + timing.leafMs)
    );
  });
  const newest = kept.at(-1);
  const isDue = newest === undefined || now >= newest.createdAt + (timing.authorityMs * 2) / 3;
  if (!isDue) return kept.length === ring.length ? ring : kept;
  const made = await createAuthority('Portolan admission', new Date(now + timing.authorityMs));
  return [...kept, { ...made, createdAt: now }];
}

/** Returns the authority that signs: the newest that API servers trust and had time to learn of; the oldest before that. */
export function signerOf(
  ring: AuthorityRing,
  {
    overlapMs,
    trusted,
    now,
  }: Pick<RingTiming, 'overlapMs'> & { readonly trusted: string | null; readonly now: number },
): RingEntry | null {
  const known = ring.filter(({ cert }) => trusted === null || trusted.includes(cert.trim()));
  return known.findLast(({ createdAt }) => now >= createdAt + overlapMs) ?? known[0] ?? ring[0] ?? null;
}

/** Returns the PEM bundle that API servers are to trust. */
export function bundleOf(ring: AuthorityRing): string {
  return ring.map(({ cert }) => `${cert.trim()}\n`).join('');
}

function isExpired({ cert }: RingEntry, now: number): boolean {
  return Date.parse(new X509Certificate(cert).validTo) <= now;
}

/** Reads a ring as it is kept. Of one that cannot be read nothing is kept: a new authority takes its place. */
export function parseRing(kept: Buffer): AuthorityRing {
  try {
    const parsed = authorityRing.safeParse(JSON.parse(kept.toString('utf8')));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
