import { escapeRegex, regexFault } from '../rules/regex.ts';

/** Returns a text as an argument of a matcher; Go's string literals have no backtick within backticks. */
export function quoted(text: string): string {
  return text.includes('`') ? JSON.stringify(text) : `\`${text}\``;
}

/** Returns alternatives as one condition; null when there are none. */
export function anyOf(conditions: readonly string[]): string | null {
  if (conditions.length === 0) return null;
  return conditions.length === 1 ? (conditions[0] ?? null) : `(${conditions.join(' || ')})`;
}

/** Returns conditions that must all hold as a rule, which without any matches every request. */
export function allOf(conditions: readonly (string | null)[]): string {
  const held = conditions.filter((condition) => condition !== null);
  return held.length === 0 ? 'PathPrefix(`/`)' : held.join(' && ');
}

/** Returns the condition of a host; `*` at its beginning or end stands for one or more characters. */
export function hostCondition(host: string): string {
  const [name = ''] = host.toLowerCase().split(':');
  if (!name.includes('*')) return `Host(${quoted(name)})`;
  const pattern = name.split('*').map(escapeRegex).join('.+');
  return `HostRegexp(${quoted(`^${pattern}$`)})`;
}

/** Returns why a pattern of PCRE cannot be used here, which has RE2; null when it can. */
export function pcreFault(pattern: string): string | null {
  const fault = regexFault(pattern);
  return fault === null ? null : `the regular expression is not one of RE2 (${fault})`;
}
