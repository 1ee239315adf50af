import { LineCounter, isMap, isSeq, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import { findKind, type Generation } from '../kinds/registry.ts';
import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import type { Problem } from '../problem.ts';
import {
  DEFAULT_LIMITS,
  decodeText,
  describeSize,
  isDeeperThan,
  opensTooDeep,
  type LoadLimits,
} from './bounds.ts';
import { readObject } from './read-object.ts';

/** Where an object was read. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

/** An object and where it was read. */
export interface SourcedObject {
  readonly object: KubernetesObject;
  readonly source: Source;
}

export interface LoadOptions extends Partial<LoadLimits> {
  /** Namespace of objects that name none, as `kubectl --namespace` sets it. */
  readonly namespace?: string;
  readonly generation?: Generation;
}

export interface LoadResult {
  readonly objects: readonly SourcedObject[];
  readonly problems: readonly Problem[];
}

/** Reads manifests as kubectl does: YAML documents, JSON, and lists of objects. Never throws on any input. */
export function loadManifests(
  input: string | Uint8Array,
  file: string,
  options: LoadOptions = {},
): LoadResult {
  const limits: LoadLimits = { ...DEFAULT_LIMITS, ...options };
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  if (size > limits.sizeBytesMax) {
    const message = `the file has ${describeSize(size)}, more than the ${describeSize(limits.sizeBytesMax)} a manifest may have`;
    return refuse(file, 'manifest-too-large', message, 'split it into several files');
  }
  const text = decodeText(input);
  if (text === null)
    return refuse(file, 'manifest-not-utf8', 'the file is not UTF-8 text', 'save it as UTF-8');
  if (opensTooDeep(text)) return tooDeep(file, 1, limits);
  return readDocuments(text, file, { limits, options });
}

interface Context {
  readonly limits: LoadLimits;
  readonly options: LoadOptions;
}

function readDocuments(text: string, file: string, context: Context): LoadResult {
  const lines = new LineCounter();
  // kubectl reads YAML 1.1 (`yes` is true, `0644` is octal) but neither its sexagesimal numbers nor its dates.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    schema: 'yaml-1.1',
    merge: true,
    resolveKnownTags: false,
    customTags: (tags) => tags.filter((tag) => !isLeftToStrings(tag)),
    logLevel: 'silent',
    prettyErrors: false,
  });
  const result = { objects: [] as SourcedObject[], problems: [] as Problem[] };
  if (!Array.isArray(documents)) return result;
  for (const document of documents) {
    readDocument(document, { file, lines, context, result });
  }
  return result;
}

const FOREIGN_TAGS = /:(?:timestamp|binary|omap|pairs|set)$/;

function isLeftToStrings(tag: unknown): boolean {
  return isRecord(tag) && (tag['format'] === 'TIME' || FOREIGN_TAGS.test(String(tag['tag'])));
}

interface DocumentPlace {
  readonly file: string;
  readonly lines: LineCounter;
  readonly context: Context;
  readonly result: { objects: SourcedObject[]; problems: Problem[] };
}

function readDocument(document: Document.Parsed, place: DocumentPlace): void {
  const { file, lines, context, result } = place;
  const start = document.contents?.range[0] ?? document.range[0];
  const line = lines.linePos(start).line || 1;
  if (document.errors.length > 0) {
    result.problems.push(...document.errors.slice(0, 10).map((error) => syntaxProblem(error, place)));
    return;
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: context.limits.aliasCountMax });
  } catch (error) {
    result.problems.push(unfoldProblem(error, file, line, context.limits));
    return;
  }
  if (value === null || value === undefined) return;
  if (isDeeperThan(value, context.limits.depthMax)) {
    result.problems.push(...tooDeep(file, line, context.limits).problems);
    return;
  }
  for (const entry of unfoldList(value, document, line, lines)) {
    const read = readObject(entry.value, { file, line: entry.line }, context.options.generation ?? 'v2');
    if ('problem' in read) result.problems.push(read.problem);
    else
      result.objects.push({
        object: withNamespace(read.object, context.options),
        source: { file, line: entry.line },
      });
  }
}

interface Entry {
  readonly value: unknown;
  readonly line: number;
}

// As kubectl does, anything with a list of `items` whose kind ends in List is that list.
function unfoldList(value: unknown, document: Document.Parsed, line: number, lines: LineCounter): Entry[] {
  if (!isRecord(value) || !Array.isArray(value['items'])) return [{ value, line }];
  if (typeof value['kind'] !== 'string' || !value['kind'].endsWith('List')) return [{ value, line }];
  const items = isMap(document.contents) ? document.contents.get('items', true) : undefined;
  return value['items'].map((item: unknown, index) => {
    const node: unknown = isSeq(items) ? items.items[index] : undefined;
    const range: unknown = isRecord(node) ? node['range'] : undefined;
    const start: unknown = Array.isArray(range) ? range[0] : undefined;
    return { value: item, line: typeof start === 'number' ? lines.linePos(start).line : line };
  });
}

// kubectl fills in its current namespace, and the API server empties that of a cluster-scoped object.
function withNamespace(object: KubernetesObject, options: LoadOptions): KubernetesObject {
  const scope = findKind(object.apiVersion, object.kind, options.generation ?? 'v2')?.scope;
  const { namespace, ...metadata } = object.metadata;
  if (scope === 'Namespaced' && !namespace) {
    return { ...object, metadata: { ...object.metadata, namespace: options.namespace ?? 'default' } };
  }
  return scope === 'Cluster' && namespace !== undefined ? { ...object, metadata } : object;
}

function syntaxProblem(error: YAMLError, place: DocumentPlace): Problem {
  const line = place.lines.linePos(error.pos[0]).line || 1;
  if (error.message.includes('call stack')) {
    return (
      tooDeep(place.file, line, place.context.limits).problems[0] ?? {
        code: 'manifest-too-deep',
        severity: 'error',
        message: error.message,
      }
    );
  }
  const isDuplicate = error.code === 'DUPLICATE_KEY';
  return {
    code: isDuplicate ? 'manifest-duplicate-key' : 'manifest-syntax',
    severity: 'error',
    file: place.file,
    line,
    message: isDuplicate ? 'a key appears twice in one map' : `not valid YAML: ${error.message}`,
    fix: isDuplicate ? 'remove or rename one of them' : 'correct the syntax at this line',
  };
}

function unfoldProblem(error: unknown, file: string, line: number, limits: LoadLimits): Problem {
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes('alias')) {
    const message = `aliases (*name) unfold to more than ${limits.aliasCountMax} copies`;
    return {
      code: 'manifest-alias-bomb',
      severity: 'error',
      file,
      line,
      message,
      fix: 'write the repeated parts out',
    };
  }
  if (text.includes('call stack'))
    return { code: 'manifest-too-deep', severity: 'error', file, line, message: text };
  return { code: 'manifest-syntax', severity: 'error', file, line, message: `not valid YAML: ${text}` };
}

function tooDeep(file: string, line: number, limits: LoadLimits): { objects: []; problems: [Problem] } {
  const message = `maps and lists are nested deeper than ${limits.depthMax} levels`;
  return {
    objects: [],
    problems: [
      { code: 'manifest-too-deep', severity: 'error', file, line, message, fix: 'flatten the document' },
    ],
  };
}

function refuse(file: string, code: string, message: string, fix: string): LoadResult {
  return { objects: [], problems: [{ code, severity: 'error', file, line: 1, message, fix }] };
}
