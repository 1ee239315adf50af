const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
const LENGTH_MAX = 2048;

/** Returns an absolute URL of a document if it may become a link: http, https and mailto only; else null. */
export function safeUrl(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > LENGTH_MAX || !URL.canParse(text)) return null;
  const url = new URL(text);
  // Names before an @ make one host look like another (RFC 3986 §7.6).
  const isMisleading = url.username !== '' || url.password !== '';
  return SCHEMES.has(url.protocol) && !isMisleading ? url.href : null;
}
