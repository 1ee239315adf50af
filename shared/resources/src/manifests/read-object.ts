import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import { locationOf, type FileOrigin } from '../kinds/origin.ts';
import { unknownKind, findKind, type Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';

/** An object, or why a value is none. A kind that is not understood is named by `unknownKind`, elsewhere. */
export type ReadObject = { readonly object: KubernetesObject } | { readonly problem: Problem };

/** Checks the little that every object must have: apiVersion, kind and metadata.name. */
export function readObject(value: unknown, origin: FileOrigin, generation: Generation): ReadObject {
  if (!isRecord(value)) {
    const found = value === null ? 'empty' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    return fail(
      origin,
      {},
      { message: `found ${found} where a Kubernetes object is expected`, fix: 'add apiVersion and kind' },
    );
  }
  const known = identity(value);
  for (const field of ['apiVersion', 'kind']) {
    const text = value[field];
    if (typeof text !== 'string' || text === '') return fail(origin, known, missing(field, text));
  }
  const metadata = value['metadata'];
  if (!isRecord(metadata)) return fail(origin, known, missing('metadata', metadata));
  const problem = metadataProblem(metadata);
  if (problem !== null) return fail(origin, known, problem);
  // Checked above: what KubernetesObject promises is there.
  const object = value as unknown as KubernetesObject;
  if (findKind(object.apiVersion, object.kind, generation) === null) {
    const unknown = unknownKind(object, generation);
    if (unknown.severity === 'error') return { problem: { ...unknown, ...locationOf(origin) } };
  }
  return { object };
}

interface Complaint {
  readonly field?: string;
  readonly message: string;
  readonly fix: string;
}

function metadataProblem(metadata: Record<string, unknown>): Complaint | null {
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '') return missing('metadata.name', name);
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return wrongType('metadata.namespace', namespace);
  }
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field];
    if (map === undefined || map === null) continue;
    if (!isRecord(map)) return wrongType(`metadata.${field}`, map);
    const wrong = Object.entries(map).find(([, value]) => typeof value !== 'string');
    if (wrong !== undefined) return wrongType(`metadata.${field}.${wrong[0]}`, wrong[1]);
  }
  return null;
}

function missing(field: string, value: unknown): Complaint {
  if (value !== undefined && value !== null && value !== '') return wrongType(field, value);
  return { field, message: 'Required value', fix: `add ${field}` };
}

function wrongType(field: string, value: unknown): Complaint {
  const wanted = /labels$|annotations$|^metadata$/.test(field) ? 'a map' : 'text';
  const fix = wanted === 'text' ? quoted(value) : `write ${wanted} here`;
  return { field, message: `Invalid value: ${JSON.stringify(value) ?? 'null'}: must be ${wanted}`, fix };
}

function quoted(value: unknown): string {
  if (typeof value === 'number') return `put it in quotes: "${value}"`;
  // What was written is lost: these words are all read as true or false.
  if (typeof value === 'boolean')
    return 'put it in quotes, as YAML takes yes, no, on, off, y and n for true and false';
  return 'write text here';
}

function identity(value: Record<string, unknown>): Partial<Problem> {
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const entries = [
    ['kind', value['kind']],
    ['namespace', metadata['namespace']],
    ['name', metadata['name']],
  ].filter((entry) => typeof entry[1] === 'string' && entry[1] !== '');
  return Object.fromEntries(entries);
}

function fail(origin: FileOrigin, known: Partial<Problem>, complaint: Complaint): ReadObject {
  return {
    problem: { code: 'not-an-object', severity: 'error', ...locationOf(origin), ...known, ...complaint },
  };
}
