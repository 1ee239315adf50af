import { JSONPath } from 'jsonpath-plus';
import { usageFailure } from '@portolan/console/failure';

/** What a JSONPath as kubectl writes it (`.items[*].metadata.name`) finds in a value. */
export function findPath(path: string, value: unknown): readonly unknown[] {
  const standard = standardPath(path);
  try {
    // `safe` evaluates filters itself; nothing of a path is ever run as JavaScript.
    const found: unknown = JSONPath({ path: standard, json: value as object, eval: 'safe', wrap: true });
    return Array.isArray(found) ? found : [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageFailure(
      `"${path}" is not a JSONPath: ${why.split('\n')[0] ?? ''}.`,
      'Use a path such as .metadata.name.',
    );
  }
}

/** kubectl leaves `$` out and escapes dots within a name: `.metadata.labels.app\.kubernetes\.io/name`. */
function standardPath(path: string): string {
  const rooted = path.startsWith('$') ? path : `$${/^[.[]/.test(path) || path === '' ? '' : '.'}${path}`;
  return rooted
    .replace(/^\$@/, '$')
    .replace(
      /\.((?:[^.[\]\\]|\\.)*\\\.(?:[^.[\]\\]|\\.)*)/g,
      (_, name: string) => `['${name.replaceAll('\\', '')}']`,
    );
}

type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly path: string }
  | { readonly type: 'range'; readonly path: string; readonly parts: readonly Part[] };

/** Returns a template as `kubectl -o jsonpath=` takes it: text, `{PATH}`, `{"\n"}`, `{range PATH}…{end}`. */
export function fillTemplate(template: string, value: unknown): string {
  const parts = parse(template.includes('{') ? template : `{${template}}`);
  return fill(parts, value);
}

function fill(parts: readonly Part[], value: unknown): string {
  return parts
    .map((part) => {
      if (part.type === 'text') return part.text;
      const found = findPath(part.path, value);
      if (part.type === 'path') return found.map(textOf).join(' ');
      return found.map((one) => fill(part.parts, one)).join('');
    })
    .join('');
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parse(template: string): readonly Part[] {
  const open: { readonly path: string; readonly parts: Part[] }[] = [{ path: '', parts: [] }];
  // A quoted text in braces may hold a brace itself.
  for (const [token, inner] of template.matchAll(/\{((?:"(?:[^"\\]|\\.)*"|[^{}"])*)\}|[^{}]+|[{}]/g)) {
    const here = open.at(-1);
    if (here === undefined) break;
    if (inner === undefined) {
      if (token === '{' || token === '}') throw unbalanced(template);
      here.parts.push({ type: 'text', text: token });
      continue;
    }
    const word = inner.trim();
    if (word.startsWith('"') && word.endsWith('"')) here.parts.push({ type: 'text', text: unquote(word) });
    else if (word.startsWith('range ')) open.push({ path: word.slice(6).trim(), parts: [] });
    else if (word === 'end') {
      const done = open.pop();
      if (open.length === 0 || done === undefined) throw unbalanced(template);
      open.at(-1)?.parts.push({ type: 'range', ...done });
    } else here.parts.push({ type: 'path', path: word });
  }
  if (open.length !== 1) throw unbalanced(template);
  return open[0]?.parts ?? [];
}

function unquote(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}

function unbalanced(template: string) {
  return usageFailure(
    `"${template}" is not a JSONPath template: its braces, or {range} and {end}, do not match.`,
    `Use a template such as '{range .items[*]}{.metadata.name}{"\\n"}{end}'.`,
  );
}
