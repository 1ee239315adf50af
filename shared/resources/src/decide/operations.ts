import { isRecord } from '../kinds/object.ts';

export interface Operation {
  readonly operationId: string | null;
  /** Path template as the document writes it. */
  readonly path: string;
  readonly method: string;
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

interface Template {
  readonly path: string;
  readonly segments: readonly string[];
  readonly operations: ReadonlyMap<string, string | null>;
}

interface Index {
  readonly exact: ReadonlyMap<string, Template>;
  /** More literal segments first. */
  readonly templated: readonly Template[];
  readonly basePaths: readonly string[];
}

const indexes = new WeakMap<object, Index>();

/** The operation of an OpenAPI document a request asks for; `path` is relative to the API. */
export function findOperation(document: unknown, method: string, path: string): Operation | null {
  if (!isRecord(document)) return null;
  const index = indexOf(document);
  for (const base of index.basePaths) {
    if (base !== '' && path !== base && !path.startsWith(`${base}/`)) continue;
    const template = findTemplate(index, path.slice(base.length) || '/');
    const operationId = template?.operations.get(method);
    if (template !== null && operationId !== undefined) return { operationId, path: template.path, method };
  }
  return null;
}

/** Concrete paths go before templated ones (OpenAPI 3.1 §4.8.8.2). */
function findTemplate(index: Index, path: string): Template | null {
  const exact = index.exact.get(path);
  if (exact !== undefined) return exact;
  const segments = path.split('/');
  return index.templated.find((template) => fits(template.segments, segments)) ?? null;
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, at) =>
      part.includes('{') ? fitsPart(part, segments[at] ?? '') : part === segments[at],
    )
  );
}

/** `{id}` takes any text that is not empty; `v{id}.json` keeps what surrounds it. */
function fitsPart(part: string, segment: string): boolean {
  const literals = part.split(/\{[^{}]*\}/);
  let at = 0;
  for (const [index, literal] of literals.entries()) {
    const found = index === 0 ? (segment.startsWith(literal) ? 0 : -1) : segment.indexOf(literal, at + 1);
    if (index === literals.length - 1 && index > 0)
      return segment.length - literal.length > at && segment.endsWith(literal);
    if (found === -1) return false;
    at = found + literal.length;
  }
  return at === segment.length;
}

function indexOf(document: Readonly<Record<string, unknown>>): Index {
  const known = indexes.get(document);
  if (known !== undefined) return known;
  const templates = Object.entries(isRecord(document['paths']) ? document['paths'] : {}).map(([path, item]) =>
    readTemplate(path, item),
  );
  const index: Index = {
    exact: new Map(
      templates.filter(({ path }) => !path.includes('{')).map((template) => [template.path, template]),
    ),
    templated: templates
      .filter(({ path }) => path.includes('{'))
      .toSorted((a, b) => literals(b) - literals(a) || (a.path < b.path ? -1 : 1)),
    basePaths: ['', ...basePathsOf(document['servers'])],
  };
  indexes.set(document, index);
  return index;
}

function readTemplate(path: string, item: unknown): Template {
  const entries = Object.entries(isRecord(item) ? item : {}).filter(([method]) => METHODS.has(method));
  const operations = new Map(
    entries.map(([method, operation]) => {
      const id = isRecord(operation) ? operation['operationId'] : null;
      return [method.toUpperCase(), typeof id === 'string' ? id : null];
    }),
  );
  return { path, segments: path.split('/'), operations };
}

function literals({ segments }: Template): number {
  return segments.filter((segment) => !segment.includes('{')).length;
}

function basePathsOf(servers: unknown): string[] {
  if (!Array.isArray(servers)) return [];
  return servers.flatMap((server: unknown) => {
    const url = isRecord(server) ? server['url'] : null;
    if (typeof url !== 'string' || !URL.canParse(url, 'http://relative.invalid')) return [];
    const { pathname } = new URL(url, 'http://relative.invalid');
    const base = pathname.replace(/\/+$/, '');
    return base === '' ? [] : [base];
  });
}
