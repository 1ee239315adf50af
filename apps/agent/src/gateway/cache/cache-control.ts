/** Directives of Cache-Control by lower-case name; an empty value where there is none (RFC 9111 §5.2). */
export type CacheControl = ReadonlyMap<string, string>;

const DIRECTIVE = /\s*([^\s,=;"]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*))?[^,]*(?:,|$)/y;
/** RFC 9111 §1.2.2: larger numbers count as this one. */
const SECONDS_MAX = 2 ** 31;

/** Reads all Cache-Control fields of a message. Of a repeated directive the first counts (§4.2.1). */
export function parseCacheControl(fields: readonly string[]): CacheControl {
  const directives = new Map<string, string>();
  const text = fields.join(',');
  DIRECTIVE.lastIndex = 0;
  while (DIRECTIVE.lastIndex < text.length) {
    const at = DIRECTIVE.lastIndex;
    const match = DIRECTIVE.exec(text);
    if (match === null) {
      // Nothing that could be a directive: go on behind the next comma.
      const comma = text.indexOf(',', at);
      if (comma === -1) break;
      DIRECTIVE.lastIndex = comma + 1;
      continue;
    }
    const name = (match[1] ?? '').toLowerCase();
    const value = (match[2] ?? '').replace(/^"|"$/g, '');
    if (!directives.has(name)) directives.set(name, value);
  }
  return directives;
}

/** Returns the seconds of a directive; null without it. What is no number makes a response stale (§4.2.1). */
export function secondsOf(directives: CacheControl, name: string): number | null {
  const value = directives.get(name);
  if (value === undefined) return null;
  return /^\d+$/.test(value) ? Math.min(Number(value), SECONDS_MAX) : 0;
}
