import { isRecord } from '@portolan/resources/kinds/object';
import type {
  CompiledDocument,
  DocumentFault,
  DocumentIndex,
  NamedSchema,
  OperationEntry,
  SchemaNode,
} from './compiled.ts';
import { readDescription } from './description.ts';
import { Faults, pointerTo, type NewFault } from './faults.ts';
import { OperationReader, type DocumentParts } from './operation.ts';
import { References, type Json, type Place } from './references.ts';
import { safeUrl } from './safe-url.ts';
import { clip, SchemaReader } from './schema.ts';
import { SchemaNames, UniqueIds } from './schema-names.ts';
import { shapeOf } from './shape.ts';

const METHODS = ['get', 'head', 'query', 'post', 'put', 'patch', 'delete', 'options', 'trace'];
const OPERATIONS_MAX = 20_000;

/** Returns lines of pointers in the text that a document was read from. */
export type LocatePointers = (pointers: readonly string[]) => ReadonlyMap<string, number>;

/**
 * Compiles an OpenAPI document of any version into an index and one slice for each operation and named schema. References stay
 * references; what is broken is left out and reported; everything else is kept.
 */
export function compileDocument(
  root: Json,
  { locate, nodesMax }: { readonly locate: LocatePointers; readonly nodesMax: number },
): CompiledDocument {
  const faults = new Faults();
  const parts: DocumentParts = {
    root,
    references: new References(root, faults),
    quietly: new References(root, new Faults()),
    names: new SchemaNames(root),
    faults,
    budget: { left: nodesMax },
    isSwagger2: root['swagger'] !== undefined,
  };
  const schemas = readSchemas(parts);
  const found = [...operationsOf(parts)];
  const read = readOperations(parts, found, schemas);
  const lines =
    faults.found.length === 0
      ? new Map<string, number>()
      : locate(faults.found.map(({ pointer }) => pointer));
  const located = (fault: NewFault): DocumentFault => ({ ...fault, line: lines.get(fault.pointer) ?? null });
  const index: DocumentIndex = {
    ...headOf(parts),
    operations: read.map(({ entry }) => entry),
    faults: faults.found.map(located),
  };
  return {
    index: JSON.stringify(index),
    operations: new Map(
      read.map(({ entry, slice, faults: own }) => [
        entry.id,
        JSON.stringify({ ...slice, id: entry.id, faults: own.map(located) }),
      ]),
    ),
    schemas: new Map([...schemas].map(([id, schema]) => [id, JSON.stringify(schema)])),
  };
}

function readSchemas(parts: DocumentParts): ReadonlyMap<string, NamedSchema> {
  return new Map(
    [...parts.names.all].map(([id, { pointer, value }]) => [
      id,
      { id, name: parts.names.nameOf(id), schema: new SchemaReader(parts).read(value, pointer) },
    ]),
  );
}

interface FoundOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Place<Json>;
  readonly shared: Place<unknown>;
}

/** Yields the operations of a document, in its order. */
function* operationsOf({ root, references, faults }: DocumentParts): Generator<FoundOperation> {
  const paths = root['paths'] === undefined ? null : references.object(root['paths'], '/paths');
  let count = 0;
  for (const [path, entry] of Object.entries(paths?.value ?? {})) {
    if (path.startsWith('x-')) continue;
    const pointer = pointerTo('/paths', path);
    if (!path.startsWith('/')) {
      faults.add(pointer, 'path-without-slash', {
        message: `the path "${clip(path)}" does not begin with a slash`,
        fix: `write "/${clip(path)}"`,
      });
      continue;
    }
    const item = references.object(entry, pointer);
    if (item === null) continue;
    for (const [method, value, at] of methodsOf(item)) {
      const operation = references.object(value, at);
      if (operation === null) continue;
      if (++count > OPERATIONS_MAX) {
        faults.add('/paths', 'too-large', {
          message: `the document has more than ${OPERATIONS_MAX} operations; the others are left out`,
          fix: 'split it into several APIs',
        });
        return;
      }
      const shared = { value: item.value['parameters'], pointer: pointerTo(item.pointer, 'parameters') };
      yield { path, method, operation, shared };
    }
  }
}

function* methodsOf({ value: item, pointer }: Place<Json>): Generator<[string, unknown, string]> {
  for (const method of METHODS)
    if (item[method] !== undefined) yield [method.toUpperCase(), item[method], pointerTo(pointer, method)];
  // OpenAPI 3.2: methods without a fixed field.
  const { additionalOperations: more } = item;
  if (!isRecord(more)) return;
  for (const [method, value] of Object.entries(more))
    if (/^[!#$%&'*+.^_`|~\w-]{1,40}$/.test(method))
      yield [method.toUpperCase(), value, pointerTo(pointer, 'additionalOperations', method)];
}

interface ReadEntry {
  readonly entry: OperationEntry;
  readonly slice: object;
  readonly faults: readonly NewFault[];
}

function readOperations(
  parts: DocumentParts,
  found: readonly FoundOperation[],
  schemas: ReadonlyMap<string, NamedSchema>,
): ReadEntry[] {
  const ids = new UniqueIds();
  const operationIds = new Set<string>();
  return found.map(({ path, method, operation, shared }) => {
    const { value, pointer } = operation;
    const before = parts.faults.found.length;
    checkOperationId(parts, operation, operationIds);
    const { pathExamples, ...slice } = new OperationReader(parts, operation).read(path, shared);
    const own = parts.faults.found.slice(before);
    const id = ids.take(
      typeof value['operationId'] === 'string' ? value['operationId'] : `${method.toLowerCase()}-${path}`,
    );
    const { summary, tags } = value;
    const entry: OperationEntry = {
      id,
      method,
      path: path.length > 500 ? `${path.slice(0, 499)}…` : path,
      summary: typeof summary === 'string' ? clip(summary.trim()) : '',
      tags: Array.isArray(tags) ? tags.slice(0, 10).map((tag) => clip(String(tag))) : [],
      isDeprecated: value['deprecated'] === true,
      isIncomplete: own.length > 0,
      pathExamples,
      terms: termsOf(
        slice.parameters.map(({ name }) => name),
        slice,
      ),
    };
    return {
      entry,
      slice: { ...slice, shape: shapeOf({ ...slice, pathExamples }, schemas) },
      faults:
        own.length > 0 ? own : parts.faults.found.filter((fault) => fault.pointer.startsWith(`${pointer}/`)),
    };
  });
}

function checkOperationId(
  { faults }: DocumentParts,
  { value, pointer }: Place<Json>,
  known: Set<string>,
): void {
  const { operationId } = value;
  if (typeof operationId !== 'string') return;
  if (known.has(operationId))
    faults.add(pointerTo(pointer, 'operationId'), 'operation-id-repeated', {
      message: `operationId "${clip(operationId)}" is used before`,
      fix: 'give each operation an id that no other has',
    });
  known.add(operationId);
}

/** Names that an operation is found by: its parameters, and the schemas it names. */
function termsOf(
  parameters: readonly string[],
  { body, responses }: { body: unknown; responses: unknown },
): string {
  const names = new Set(parameters);
  const visit = (value: unknown): void => {
    if (names.size > 40 || typeof value !== 'object' || value === null) return;
    const { ref, title } = value as SchemaNode;
    if (ref !== undefined && title !== undefined) names.add(title);
    for (const child of Object.values(value)) visit(child);
  };
  visit(body);
  visit(responses);
  return [...names].join(' ').slice(0, 1000);
}

function headOf({ root, isSwagger2 }: DocumentParts): Omit<DocumentIndex, 'operations' | 'faults'> {
  const info = isRecord(root['info']) ? root['info'] : {};
  const { title, version } = info;
  return {
    title: typeof title === 'string' ? clip(title) : '',
    version: typeof version === 'string' || typeof version === 'number' ? clip(String(version)) : '',
    description: readDescription(info['description']),
    basePath: isSwagger2 ? swagger2BasePath(root) : basePathOf(root['servers']),
    contact: personOf(info['contact'], 'email'),
    licence: personOf(info['license'], 'identifier'),
    termsOfService: safeUrl(info['termsOfService']),
    tags: tagsOf(root['tags']),
  };
}

function personOf(value: unknown, otherName: string): DocumentIndex['contact'] {
  if (!isRecord(value)) return null;
  const name = value['name'] ?? value[otherName];
  return { name: typeof name === 'string' ? clip(name) : '', url: safeUrl(value['url']) };
}

function tagsOf(value: unknown): DocumentIndex['tags'] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 500).flatMap((tag: unknown) => {
    if (!isRecord(tag) || typeof tag['name'] !== 'string') return [];
    return [{ name: clip(tag['name']), description: readDescription(tag['description']) }];
  });
}

function basePathOf(servers: unknown): string {
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined;
  const url = isRecord(first) ? first['url'] : undefined;
  if (typeof url !== 'string' || url.includes('{') || !URL.canParse(url, 'http://relative.invalid'))
    return '';
  return new URL(url, 'http://relative.invalid').pathname.replace(/\/+$/, '');
}

function swagger2BasePath({ basePath }: Json): string {
  return typeof basePath === 'string' ? basePathOf([{ url: basePath }]) : '';
}
