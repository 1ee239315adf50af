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
  /** Ids by method; null for an operation without one. */
  readonly operations: Map<string, string | null>;
}

/** The operations of one OpenAPI document, by path. Finding one costs the same however many there are of other lengths. */
export class OperationIndex {
  readonly #exact = new Map<string, Template>();
  /** By number of segments; more literal segments first. */
  readonly #templated = new Map<number, Template[]>();
  readonly #basePaths: readonly string[];

  /** `basePaths` are the paths of the document's servers, without trailing slashes. */
  constructor(operations: Iterable<Operation>, basePaths: readonly string[]) {
    this.#basePaths = ['', ...basePaths.filter((path) => path !== '')];
    const templates = new Map<string, Template>();
    for (const { path, method, operationId } of operations) {
      let template = templates.get(path);
      if (template === undefined)
        templates.set(path, (template = { path, segments: path.split('/'), operations: new Map() }));
      template.operations.set(method, operationId);
    }
    for (const template of templates.values()) this.#add(template);
    for (const list of this.#templated.values())
      list.sort((a, b) => literals(b) - literals(a) || (a.path < b.path ? -1 : 1));
  }

  /** Returns the operation a request asks for; `path` is relative to the API. */
  find(method: string, path: string): Operation | null {
    for (const base of this.#basePaths) {
      if (base !== '' && path !== base && !path.startsWith(`${base}/`)) continue;
      const template = this.#findTemplate(path.slice(base.length) || '/');
      const operationId = template?.operations.get(method);
      if (template !== null && operationId !== undefined) return { operationId, path: template.path, method };
    }
    return null;
  }

  #add(template: Template): void {
    if (!template.path.includes('{')) {
      this.#exact.set(template.path, template);
      return;
    }
    const { length } = template.segments;
    const list = this.#templated.get(length);
    if (list === undefined) this.#templated.set(length, [template]);
    else list.push(template);
  }

  /** Concrete paths go before templated ones (OpenAPI 3.1 §4.8.8.2). */
  #findTemplate(path: string): Template | null {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return exact;
    const segments = path.split('/');
    return (
      this.#templated.get(segments.length)?.find((template) => fits(template.segments, segments)) ?? null
    );
  }
}

const indexes = new WeakMap<object, OperationIndex>();

/** The operation of an OpenAPI document a request asks for; `path` is relative to the API. */
export function findOperation(document: unknown, method: string, path: string): Operation | null {
  if (!isRecord(document)) return null;
  let index = indexes.get(document);
  if (index === undefined) {
    index = new OperationIndex(operationsOf(document['paths']), basePathsOf(document['servers']));
    indexes.set(document, index);
  }
  return index.find(method, path);
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return template.every((part, at) =>
    part.includes('{') ? fitsPart(part, segments[at] ?? '') : part === segments[at],
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

function* operationsOf(paths: unknown): Generator<Operation> {
  for (const [path, item] of Object.entries(isRecord(paths) ? paths : {})) {
    for (const [method, operation] of Object.entries(isRecord(item) ? item : {})) {
      if (!METHODS.has(method)) continue;
      const id = isRecord(operation) ? operation['operationId'] : null;
      yield { path, method: method.toUpperCase(), operationId: typeof id === 'string' ? id : null };
    }
  }
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
