import { DEFAULT_GENERATION, findKind, unknownKind, type Generation } from '../kinds/registry.ts';
import type { KindInfo } from '../kinds/kind-info.ts';
import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import { checkShape } from '../kinds/shapes.ts';
import { pruneAndDefault } from './defaults.ts';
import type { FieldError, RatedError } from './field-error.ts';
import { checkMetadata } from './metadata.ts';
import { checkRules } from './rules.ts';
import { checkStructure } from './structural.ts';
import { findUnknownFields } from './unknown-fields.ts';

export interface Validation {
  readonly valid: boolean;
  readonly errors: readonly FieldError[];
  /** Fields that the kind does not have; no errors, as the API server drops them silently. */
  readonly unknownFields: readonly FieldError[];
  /** A copy with unknown fields removed and defaults filled in, as the API server would store it. */
  readonly object: KubernetesObject;
}

/** Validates an object as a Kubernetes API server with our CRDs would, but reports all errors at once. */
export function validateObject(
  object: KubernetesObject,
  options: { readonly generation?: Generation } = {},
): Validation {
  const generation = options.generation ?? DEFAULT_GENERATION;
  const info = findKind(object.apiVersion, object.kind, generation);
  if (info === null) return unknown(object, generation);
  const rules = { scope: info.scope, hasLabelName: info.crd !== undefined };
  const metadata = checkMetadata(object, rules);
  if (info.crd === undefined) {
    return report([...metadata, ...checkShape(object)], object);
  }
  const [version] = info.crd.spec.versions;
  const schema = version.schema.openAPIV3Schema;
  const { apiVersion, kind, metadata: kept, ...given } = object;
  const { status: _dropped, ...withoutStatus } = given;
  // Where status is a subresource, creating an object does not set it.
  const content = version.subresources?.status === undefined ? given : withoutStatus;
  const stored = pruneAndDefault(content, schema);
  const found: RatedError[] = [];
  checkStructure(stored, schema, '', found);
  const ruleErrors = checkRules(stored, schema, found);
  const copy = {
    apiVersion,
    kind,
    metadata: storedMetadata(kept, info),
    ...(isRecord(stored) ? stored : {}),
  };
  return {
    ...report([...metadata, ...found, ...ruleErrors], copy),
    unknownFields: findUnknownFields(content, schema),
  };
}

function report(found: readonly RatedError[], object: KubernetesObject): Validation {
  return {
    valid: found.length === 0,
    errors: found.map(({ field, message }) => ({ field, message })),
    unknownFields: [],
    object,
  };
}

function unknown(object: KubernetesObject, generation: Generation): Validation {
  const problem = unknownKind(object, generation);
  const message = problem.fix === undefined ? problem.message : `${problem.message}; ${problem.fix}`;
  return { valid: false, errors: [{ field: problem.field ?? 'kind', message }], unknownFields: [], object };
}

function storedMetadata(
  metadata: KubernetesObject['metadata'],
  info: KindInfo,
): KubernetesObject['metadata'] {
  if (!isRecord(metadata) || info.scope === 'Namespaced') return structuredClone(metadata);
  const { namespace: _emptied, ...rest } = metadata;
  return structuredClone(rest);
}
