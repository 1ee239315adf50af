import { isRecord } from '@portolan/resources/kinds/object';

/** What of a document is passed on. */
export interface DocumentFilter {
  /** Operations to keep, as `METHOD path`; null for all of them. */
  readonly operations: readonly string[] | null;
  /** URLs that replace the document's servers; the path of its first server is appended. */
  readonly servers: readonly string[];
}

/**
 * Returns a document (as JSON) with other servers, and without the operations that are left out and the components that only those refer to.
 */
export function filterDocument(json: string, { operations, servers }: DocumentFilter): string {
  const document = JSON.parse(json) as Record<string, unknown>;
  if (operations !== null) {
    const kept = new Set(operations);
    keepOperations(document, kept);
    delete document['webhooks'];
    dropUnusedComponents(document);
  }
  replaceServers(document, servers);
  return JSON.stringify(document);
}

const METHODS = ['get', 'head', 'query', 'post', 'put', 'patch', 'delete', 'options', 'trace'];

function keepOperations({ paths }: Record<string, unknown>, kept: ReadonlySet<string>): void {
  if (!isRecord(paths)) return;
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue;
    // A path item elsewhere is not taken apart: what it holds is not known to be allowed.
    if (!isRecord(item) || item['$ref'] !== undefined) {
      delete paths[path];
      continue;
    }
    for (const method of METHODS) if (!kept.has(`${method.toUpperCase()} ${path}`)) delete item[method];
    const { additionalOperations: more } = item;
    if (isRecord(more))
      for (const method of Object.keys(more))
        if (!kept.has(`${method.toUpperCase()} ${path}`)) delete more[method];
    const isEmpty =
      METHODS.every((method) => item[method] === undefined) &&
      !(isRecord(more) && Object.keys(more).length > 0);
    if (isEmpty) delete paths[path];
  }
}

/** Sections of components, by the JSON pointers they are at: OpenAPI 3, and Swagger 2.0. */
function sectionsOf(document: Record<string, unknown>): [string, Record<string, unknown>][] {
  const { components } = document;
  const inComponents = isRecord(components)
    ? Object.entries(components).flatMap(([name, section]): [string, Record<string, unknown>][] =>
        isRecord(section) && name !== 'securitySchemes' ? [[`#/components/${name}/`, section]] : [],
      )
    : [];
  const inRoot = ['definitions', 'parameters', 'responses'].flatMap(
    (name): [string, Record<string, unknown>][] => {
      const section = document[name];
      return isRecord(section) ? [[`#/${name}/`, section]] : [];
    },
  );
  return [...inComponents, ...inRoot];
}

function dropUnusedComponents(document: Record<string, unknown>): void {
  const sections = sectionsOf(document);
  const {
    components: _components,
    definitions: _definitions,
    parameters: _parameters,
    responses: _responses,
    ...rest
  } = document;
  const used = new Set<string>();
  const waiting: unknown[] = [rest];
  while (waiting.length > 0) {
    for (const reference of referencesIn(waiting.pop())) {
      const [prefix, section] = sections.find(([each]) => reference.startsWith(each)) ?? [];
      if (prefix === undefined || section === undefined) continue;
      const [encoded = ''] = reference.slice(prefix.length).split('/');
      const name = decode(encoded);
      const key = `${prefix}${name}`;
      if (used.has(key) || !Object.hasOwn(section, name)) continue;
      used.add(key);
      waiting.push(section[name]);
    }
  }
  for (const [prefix, section] of sections)
    for (const name of Object.keys(section)) if (!used.has(`${prefix}${name}`)) delete section[name];
}

function* referencesIn(root: unknown): Generator<string> {
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    const reference = isRecord(value) ? value['$ref'] : undefined;
    if (typeof reference === 'string') yield reference;
    // `mapping` of a discriminator may hold references or names of schemas.
    const mapping = isRecord(value) ? value['mapping'] : undefined;
    if (isRecord(mapping))
      for (const target of Object.values(mapping))
        if (typeof target === 'string')
          yield target.startsWith('#') ? target : `#/components/schemas/${target}`;
    waiting.push(...Object.values(value));
  }
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return name;
  }
}

function replaceServers(document: Record<string, unknown>, servers: readonly string[]): void {
  const { paths } = document;
  if (document['swagger'] !== undefined) {
    const [first] = servers;
    const url = first === undefined ? null : new URL(first);
    const { basePath } = document;
    const path = typeof basePath === 'string' ? basePath : '';
    if (url === null) return;
    document['schemes'] = [url.protocol.slice(0, -1)];
    document['host'] = url.host;
    document['basePath'] = `${url.pathname.replace(/\/$/, '')}${path}`.replace(/\/$/, '') || '/';
    return;
  }
  const own: unknown = document['servers'];
  const first: unknown = Array.isArray(own) ? own[0] : undefined;
  const url = isRecord(first) && typeof first['url'] === 'string' ? first['url'] : '';
  const isPlain = !url.includes('{') && URL.canParse(url, 'http://relative.invalid');
  const path = isPlain ? new URL(url, 'http://relative.invalid').pathname.replace(/\/+$/, '') : '';
  document['servers'] = servers.map((server) => ({ url: `${server.replace(/\/$/, '')}${path}` }));
  for (const item of Object.values(isRecord(paths) ? paths : {})) {
    if (!isRecord(item)) continue;
    delete item['servers'];
    for (const method of METHODS) {
      const operation = item[method];
      if (isRecord(operation)) delete operation['servers'];
    }
  }
}
