/**
 * Returns a distinguished name in a form in which equal names are equal texts: lower case, without spaces around separators, and
 * with one form of escapes (RFC 4514 §2.4, matched as RFC 4518 does for case and spaces).
 */
export function normaliseDn(dn: string): string {
  return splitUnescaped(dn, /[,;]/)
    .map((rdn) =>
      splitUnescaped(rdn, /\+/)
        .map((pair) => {
          const at = pair.indexOf('=');
          const value = unescapeValue(pair.slice(at + 1).trim());
          return `${pair.slice(0, at).trim()}=${JSON.stringify(value.replaceAll(/\s+/g, ' ').trim())}`.toLowerCase();
        })
        .toSorted()
        .join('+'),
    )
    .join(',');
}

function splitUnescaped(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '\\') {
      part += character + text.charAt(i + 1);
      i += 1;
    } else if (separator.test(character)) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

/** Decodes escapes: `\,` is the character, a run of `\C3\A4` is UTF-8. */
function unescapeValue(value: string): string {
  return value
    .replaceAll(/(?:\\[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8'),
    )
    .replaceAll(/\\(.)/g, '$1');
}
