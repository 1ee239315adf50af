import { RE2JS } from 're2js';

const cacheSizeMax = 10_000;
const cache = new Map<string, RE2JS>();

/** Compiles with RE2 semantics, so that no pattern of a user's can take more than linear time; throws on a bad one. */
export function compileRegex(pattern: string, options: { ignoreCase?: boolean } = {}): RE2JS {
  const key = `${options.ignoreCase === true ? 'i' : '-'}${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const regex = RE2JS.compile(pattern, options.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
  if (cache.size >= cacheSizeMax) cache.clear();
  cache.set(key, regex);
  return regex;
}

/** What is wrong with a pattern, or null. */
export function regexFault(pattern: string): string | null {
  try {
    compileRegex(pattern);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
