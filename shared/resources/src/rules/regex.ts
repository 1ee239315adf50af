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

/** Whether a v2 pattern holds `{name}` or `{name:regex}`. */
export function hasPlaceholder(template: string): boolean {
  return template.includes('{');
}

/** Turns a v2 template into a regular expression; `{name}` stands for `wildcard`. null when braces do not balance. */
export function templateRegex(template: string, wildcard: string, anchor: 'whole' | 'start'): string | null {
  let pattern = '';
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    const literal = open === -1 ? template.slice(at) : template.slice(at, open);
    if (literal.includes('}')) return null;
    pattern += escapeRegex(literal);
    if (open === -1) break;
    const close = closingBrace(template, open);
    if (close === -1) return null;
    const inner = template.slice(open + 1, close);
    const colon = inner.indexOf(':');
    pattern += `(?:${colon === -1 ? wildcard : inner.slice(colon + 1)})`;
    at = close + 1;
  }
  return `^${pattern}${anchor === 'whole' ? '$' : ''}`;
}

/** Quotes what a regular expression would read as syntax. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** Braces nest, since a regex may hold counted repetitions: `{id:[0-9]{4}}`. */
function closingBrace(template: string, open: number): number {
  let depth = 0;
  for (let at = open; at < template.length; at++) {
    if (template[at] === '{') depth++;
    else if (template[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
