import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import { findKind, type Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { DEFAULT_LIMITS, countUnfolded, decodeText, describeSize, type LoadLimits } from './bounds.ts';
import { readObject } from './read-object.ts';
import { parseDocuments, type YamlDocument, type YamlFault } from './yaml-documents.ts';

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

/** What is wrong with a file of this size, known before it is read; null when nothing is. */
export function refuseSize(
  size: number,
  file: string,
  sizeBytesMax = DEFAULT_LIMITS.sizeBytesMax,
): Problem | null {
  if (size <= sizeBytesMax) return null;
  const message = `the file has ${describeSize(size)}, more than the ${describeSize(sizeBytesMax)} a manifest may have`;
  return {
    code: 'manifest-too-large',
    severity: 'error',
    file,
    line: 1,
    message,
    fix: 'split it into several files',
  };
}

/** Reads manifests as kubectl does: YAML documents, JSON, and lists of objects. Never throws on any input. */
export function loadManifests(
  input: string | Uint8Array,
  file: string,
  options: LoadOptions = {},
): LoadResult {
  const limits: LoadLimits = { ...DEFAULT_LIMITS, ...options };
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength;
  const tooLarge = refuseSize(size, file, limits.sizeBytesMax);
  if (tooLarge) return { objects: [], problems: [tooLarge] };
  const text = decodeText(input);
  if (text === null)
    return refuse(file, 'manifest-not-utf8', 'the file is not UTF-8 text', 'save it as UTF-8');
  const { documents, faults } = parseDocuments(text, {
    depthMax: limits.depthMax,
    faultsMax: limits.problemsMax,
  });
  const problems = faults.map((fault) => faultProblem(fault, file, limits));
  const objects: SourcedObject[] = [];
  for (const document of documents) {
    for (const read of readDocument(document, { file, limits, options })) {
      if ('code' in read) problems.push(read);
      else objects.push(read);
    }
    if (problems.length >= limits.problemsMax) break;
  }
  return { objects, problems: bounded(problems, file, limits) };
}

interface Context {
  readonly file: string;
  readonly limits: LoadLimits;
  readonly options: LoadOptions;
}

function readDocument(
  document: YamlDocument,
  { file, limits, options }: Context,
): readonly (SourcedObject | Problem)[] {
  const { value, line, hasAliases } = document;
  if (value === null || value === undefined) return [];
  if (hasAliases && countUnfolded(value) > limits.unfoldedMax) {
    const message = `aliases (*name) unfold to more than ${limits.unfoldedMax} values`;
    return [
      {
        code: 'manifest-alias-bomb',
        severity: 'error',
        file,
        line,
        message,
        fix: 'write the repeated parts out',
      },
    ];
  }
  const generation = options.generation ?? 'v2';
  return unfoldList(document).map((entry) => {
    const source = { file, line: entry.line };
    const read = readObject(entry.value, source, generation);
    return 'problem' in read ? read.problem : { object: withNamespace(read.object, options), source };
  });
}

interface Entry {
  readonly value: unknown;
  readonly line: number;
}

// As kubectl does, anything with a list of `items` whose kind ends in List is that list.
function unfoldList({ value, line, itemLines }: YamlDocument): readonly Entry[] {
  if (!isRecord(value) || !Array.isArray(value['items'])) return [{ value, line }];
  if (typeof value['kind'] !== 'string' || !value['kind'].endsWith('List')) return [{ value, line }];
  return value['items'].map((item: unknown, index) => ({ value: item, line: itemLines[index] ?? line }));
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

function faultProblem({ line, reason }: YamlFault, file: string, limits: LoadLimits): Problem {
  const place = { severity: 'error', file, line } as const;
  if (reason.includes('maxDepth')) {
    const message = `maps and lists are nested deeper than ${limits.depthMax} levels`;
    return { ...place, code: 'manifest-too-deep', message, fix: 'flatten the document' };
  }
  if (reason.includes('duplicated mapping key')) {
    const message = 'a key appears twice in one map';
    return { ...place, code: 'manifest-duplicate-key', message, fix: 'remove or rename one of them' };
  }
  if (reason.includes('merge')) {
    const message = `merge keys (<<) copy too much: ${reason}`;
    return { ...place, code: 'manifest-alias-bomb', message, fix: 'write the repeated parts out' };
  }
  return {
    ...place,
    code: 'manifest-syntax',
    message: `not valid YAML: ${reason}`,
    fix: 'correct the syntax at this line',
  };
}

function bounded(
  problems: readonly Problem[],
  file: string,
  { problemsMax }: LoadLimits,
): readonly Problem[] {
  if (problems.length < problemsMax) return problems;
  const message = `the file has ${problemsMax} problems or more; the rest of it was not read`;
  const last: Problem = {
    code: 'manifest-too-many-problems',
    severity: 'error',
    file,
    message,
    fix: 'correct these first',
  };
  return [...problems.slice(0, problemsMax), last];
}

function refuse(file: string, code: string, message: string, fix: string): LoadResult {
  return { objects: [], problems: [{ code, severity: 'error', file, line: 1, message, fix }] };
}
