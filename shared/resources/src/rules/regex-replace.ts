import type { RE2JS } from 're2js';

/** Replaces every match, reading `$1`, `${1}` and `${name}` in the replacement as Go's regexp.ReplaceAll does. */
export function replaceAllRe2(regex: RE2JS, text: string, replacement: string): string {
  const matcher = regex.matcher(text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    result += text.slice(at, matcher.start());
    result += replacement.replace(
      /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
      (_whole, dollar?: string, bare?: string, braced?: string) => {
        if (dollar !== undefined) return '$';
        return groupText(matcher, bare ?? braced ?? '');
      },
    );
    at = matcher.end();
  }
  return result + text.slice(at);
}

function groupText(matcher: ReturnType<RE2JS['matcher']>, name: string): string {
  try {
    return matcher.group(/^\d+$/.test(name) ? Number(name) : name) ?? '';
  } catch {
    // Go puts nothing in place of a group that the expression does not have.
    return '';
  }
}
