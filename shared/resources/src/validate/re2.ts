import { RE2JS } from 're2js';

const CACHE_SIZE_MAX = 500;
const cache = new Map<string, RE2JS>();

/** A regular expression in RE2 syntax, which no text can make slow. Throws on a pattern that is none. */
export function compileRe2(pattern: string): RE2JS {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(pattern);
  if (cache.size >= CACHE_SIZE_MAX) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}
