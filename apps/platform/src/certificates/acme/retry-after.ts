const LONGEST_MS = 24 * 3600_000;

/** Returns the time that a `Retry-After` field means (RFC 9110 §10.2.3), a day from now at most; null without one. */
export function parseRetryAfter(field: string | null, now: Date): Date | null {
  if (field === null || field.trim() === '') return null;
  const text = field.trim();
  const at = /^\d+$/.test(text) ? now.getTime() + Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(at)) return null;
  return new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + LONGEST_MS));
}
