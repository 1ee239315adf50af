import type { Rule } from '../model/rule.ts';

/** Writes a rule in v3 syntax; parsing the text again gives an equivalent rule. */
export function formatRule(rule: Rule): string {
  switch (rule.kind) {
    case 'always':
      return 'PathPrefix(`/`)';
    case 'and':
      return rule.rules
        .map((part) => (part.kind === 'or' ? `(${formatRule(part)})` : formatRule(part)))
        .join(' && ');
    case 'or':
      return rule.rules.map(formatRule).join(' || ');
    case 'not':
      return rule.rule.kind === 'and' || rule.rule.kind === 'or'
        ? `!(${formatRule(rule.rule)})`
        : `!${formatRule(rule.rule)}`;
    case 'host':
      return `Host(${quote(rule.host)})`;
    case 'hostRegexp':
      return `HostRegexp(${quote(rule.regex)})`;
    case 'path':
      return `Path(${quote(rule.path)})`;
    case 'pathPrefix':
      return formatPrefix(rule.prefix, rule.segments);
    case 'pathRegexp':
      return `PathRegexp(${quote(rule.regex)})`;
    case 'method':
      return `Method(${quote(rule.method)})`;
    case 'header':
      return `Header(${quote(rule.name)}, ${quote(rule.value)})`;
    case 'headerRegexp':
      return `HeaderRegexp(${quote(rule.name)}, ${quote(rule.regex)})`;
    case 'query':
      return `Query(${quote(rule.name)}, ${quote(rule.value)})`;
    case 'queryRegexp':
      return `QueryRegexp(${quote(rule.name)}, ${quote(rule.regex)})`;
    case 'clientIp':
      return `ClientIP(${quote(rule.cidr)})`;
  }
}

/** v3 has no matcher for whole segments; this is how its own Kubernetes provider writes them. */
function formatPrefix(prefix: string, segments: boolean): string {
  if (!segments || prefix === '/') return `PathPrefix(${quote(prefix)})`;
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return `(Path(${quote(bare)}) || PathPrefix(${quote(`${bare}/`)}))`;
}

function quote(text: string): string {
  return text.includes('`') ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `\`${text}\``;
}
