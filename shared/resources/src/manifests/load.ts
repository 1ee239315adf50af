import { byteLength } from '../byte-length.ts';
import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import { locationOf, type FileOrigin, type Origin } from '../kinds/origin.ts';
import { DEFAULT_GENERATION, findKind, type Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { DEFAULT_LIMITS, countUnfolded, decodeText, describeSize, type LoadLimits } from './load-limits.ts';
import { readObject } from './read-object.ts';
import { parseDocuments, type YamlDocument, type YamlFault } from './yaml-documents.ts';

/** An object and where it comes from. */
export interface SourcedObject {
  readonly object: KubernetesObject;
  readonly origin: Origin;
}

/** An object of a manifest. */
export interface LoadedObject extends SourcedObject {
  readonly origin: FileOrigin;
}

export interface LoadOptions extends Partial<LoadLimits> {
  /** Namespace of objects that name none, as `kubectl --namespace` sets it. */
  readonly namespace?: string;
  readonly generation?: Generation;
}

export interface LoadResult {
  readonly objects: readonly LoadedObject[];
  readonly problems: readonly Problem[];
}

/** A value where an object is to be, as it was read. */
export interface SourcedValue {
  readonly value: unknown;
  readonly origin: FileOrigin;
}

export interface LoadedValues {
  readonly values: readonly SourcedValue[];
  readonly problems: readonly Problem[];
}

/** What is wrong with a file of this size, known before it is read; null when nothing is. */
export function refuseSize(
  size: number,
  file: string,
  sizeBytesMax = DEFAULT_LIMITS.sizeBytesMax,
): Problem | null {
  if (size <= sizeBytesMax) return null;
  const message = `the file is larger than ${describeSize(sizeBytesMax)}, the limit for a manifest`;
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
  const { values, problems } = loadValues(input, file, options);
  const read = readObjects(values, { ...options, problemsMax: limits.problemsMax - problems.length });
  return { objects: read.objects, problems: bounded([...problems, ...read.problems], file, limits) };
}

/** What of the values are objects, with their namespaces filled in; the others are problems, up to the limit. */
export function readObjects(values: readonly SourcedValue[], options: LoadOptions): LoadResult {
  const { generation = DEFAULT_GENERATION, problemsMax = Infinity } = options;
  const objects: LoadedObject[] = [];
  const problems: Problem[] = [];
  for (const { value, origin } of values) {
    const read = readObject(value, origin, generation);
    if ('problem' in read) problems.push(read.problem);
    else objects.push({ object: withNamespace(read.object, options), origin });
    if (problems.length >= problemsMax) break;
  }
  return { objects, problems };
}

/** The values that manifests hold, whatever they are, lists unfolded. Never throws on any input. */
export function loadValues(
  input: string | Uint8Array,
  file: string,
  options: Partial<LoadLimits> = {},
): LoadedValues {
  const limits: LoadLimits = { ...DEFAULT_LIMITS, ...options };
  const size = typeof input === 'string' ? byteLength(input) : input.byteLength;
  const tooLarge = refuseSize(size, file, limits.sizeBytesMax);
  if (tooLarge) return { values: [], problems: [tooLarge] };
  const text = decodeText(input);
  if (text === null)
    return refuse(file, 'manifest-not-utf8', 'the file is not UTF-8 text', 'save it as UTF-8');
  const { documents, faults } = parseDocuments(text, {
    depthMax: limits.depthMax,
    faultsMax: limits.problemsMax,
  });
  const problems = faults.map((fault) => faultProblem(fault, file, limits));
  const values: SourcedValue[] = [];
  for (const document of documents) {
    const { value, line, hasAliases } = document;
    if (value === null || value === undefined) continue;
    if (hasAliases && countUnfolded(value) > limits.unfoldedMax)
      problems.push(aliasBomb({ kind: 'file', file, line }, limits));
    else
      for (const entry of unfoldList(document)) {
        const origin = { kind: 'file', file, line: entry.line } as const;
        if (isKustomization(entry.value, file)) problems.push(kustomization(origin));
        else values.push({ value: entry.value, origin });
      }
  }
  return { values, problems };
}

function aliasBomb(origin: FileOrigin, { unfoldedMax }: LoadLimits): Problem {
  const message = `aliases (*name) expand to more than ${unfoldedMax} values`;
  const fix = 'write out the repeated parts';
  return { code: 'manifest-alias-bomb', severity: 'error', ...locationOf(origin), message, fix };
}

const KUSTOMIZATION_FILE = /(?:^|[\\/])kustomization\.ya?ml$/;

/** A file of kustomize is no object: it lists manifests and changes to them. By its name it needs neither apiVersion nor kind. */
function isKustomization(value: unknown, file: string): boolean {
  if (!isRecord(value)) return false;
  if (value['apiVersion'] === undefined && value['kind'] === undefined) return KUSTOMIZATION_FILE.test(file);
  return String(value['apiVersion']).startsWith('kustomize.config.k8s.io/');
}

function kustomization(origin: FileOrigin): Problem {
  return {
    code: 'kustomization-ignored',
    severity: 'warning',
    ...locationOf(origin),
    message: 'a kustomization is not applied; manifests beside it are read as they are',
    fix: 'apply the directory with -k, or serve what kubectl kustomize prints',
  };
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

/** The object where kubectl's current namespace puts it; the API server empties that of a cluster-scoped object. */
export function withNamespace(object: KubernetesObject, options: LoadOptions): KubernetesObject {
  const scope = findKind(object.apiVersion, object.kind, options.generation ?? DEFAULT_GENERATION)?.scope;
  const given: unknown = object.metadata ?? {};
  // Not even something to put a namespace into: that is for the validator to say.
  if (!isRecord(given)) return object;
  const { namespace, ...metadata } = object.metadata ?? {};
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
    const message = 'duplicate key';
    return { ...place, code: 'manifest-duplicate-key', message, fix: 'remove or rename one of them' };
  }
  if (reason.includes('complex keys')) {
    const message = 'a key is a list or a map instead of text';
    return { ...place, code: 'manifest-syntax', message, fix: 'write text before the colon' };
  }
  if (reason.includes('merge')) {
    const message = `merge keys (<<) copy too much: ${reason}`;
    return { ...place, code: 'manifest-alias-bomb', message, fix: 'write out the repeated parts' };
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

function refuse(
  file: string,
  code: string,
  message: string,
  fix: string,
): { values: []; problems: Problem[] } {
  return { values: [], problems: [{ code, severity: 'error', file, line: 1, message, fix }] };
}
