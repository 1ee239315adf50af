import { checkObjects } from '@portolan/resources/check/check';
import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import { locationOf } from '@portolan/resources/kinds/origin';
import { findKind, unknownKind, type Generation } from '@portolan/resources/kinds/registry';
import type { KindInfo } from '@portolan/resources/kinds/kind-info';
import {
  readObjects,
  withNamespace,
  type LoadedValues,
  type LoadOptions,
  type LoadedObject,
  type SourcedValue,
} from '@portolan/resources/manifests/load';
import { readObject } from '@portolan/resources/manifests/read-object';
import type { Problem } from '@portolan/resources/problem';
import { validateObject } from '@portolan/resources/validate/validate';

/** What `portolan validate` says of one object, or of what should be one. */
export interface ValidationResult {
  readonly file: string | null;
  readonly line: number | null;
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly valid: boolean;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

/** Judges every object by itself, and warns of what does not fit among them. */
export function validateManifests(
  { values, problems }: LoadedValues,
  options: LoadOptions,
): { readonly results: readonly ValidationResult[]; readonly warnings: readonly Problem[] } {
  const generation = options.generation ?? 'v2';
  const isError = ({ severity }: Problem) => severity === 'error';
  const notes = problems.filter((problem) => !isError(problem));
  const results = [
    ...problems.filter(isError).map(unreadable),
    ...values.map((value) => validate(value, options)),
  ];
  results.sort((a, b) => (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0));
  const { objects } = readObjects(values, options);
  return {
    results,
    warnings: [...notes, ...notKnown(objects, generation), ...checkObjects(objects, generation)],
  };
}

/**
 * An object of our kinds is validated as written, its metadata too: a namespace is filled in only with `-n`. Other
 * kinds are validated where kubectl would put them, and unknown kinds are not validated.
 */
function validate({ value, origin }: SourcedValue, options: LoadOptions): ValidationResult {
  const generation = options.generation ?? 'v2';
  const read = readObject(value, origin, generation);
  const info = kindOf(value, generation);
  if (info === null && 'problem' in read) return unreadable(read.problem);
  // Of a kind that is known, what it lacks beside that is for the validator to say.
  const raw = value as KubernetesObject;
  const object = info?.crd && options.namespace === undefined ? raw : withNamespace(raw, options);
  const { valid, errors } = info === null ? NOT_JUDGED : validateObject(object, { generation });
  const { name, namespace } = isRecord(object.metadata) ? object.metadata : {};
  const identity = { kind: object.kind, namespace: textOrNull(namespace), name: textOrNull(name) };
  return { file: origin.file, line: origin.line, ...identity, valid, errors };
}

function notKnown(objects: readonly LoadedObject[], generation: Generation): readonly Problem[] {
  return objects
    .filter(({ object }) => findKind(object.apiVersion, object.kind, generation) === null)
    .map(({ object, origin }) => ({ ...unknownKind(object, generation), ...locationOf(origin) }));
}

const NOT_JUDGED = { valid: true, errors: [] };

function kindOf(value: unknown, generation: Generation): KindInfo | null {
  if (!isRecord(value)) return null;
  const { apiVersion, kind } = value;
  return typeof apiVersion === 'string' && typeof kind === 'string'
    ? findKind(apiVersion, kind, generation)
    : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function unreadable(problem: Problem): ValidationResult {
  const {
    file = null,
    line = null,
    kind = null,
    namespace = null,
    name = null,
    field = '',
    message,
    fix,
  } = problem;
  const text = fix === undefined ? message : `${message} (${fix})`;
  return { file, line, kind, namespace, name, valid: false, errors: [{ field, message: text }] };
}
