import { byteLength } from '../byte-length.ts';
import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord, type KubernetesObject, parseApiVersion } from '../kinds/object.ts';
import * as errors from './field-error.ts';
import type { RatedError } from './field-error.ts';
import { labelFaults, labelKeyFaults, labelValueFaults, subdomainFaults } from './name-faults.ts';
import { checkStructure } from './structural.ts';

const ANNOTATIONS_BYTES_MAX = 256 * 1024;
const OWNER_FIELDS = ['apiVersion', 'kind', 'name', 'uid'];
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export interface NameRules {
  readonly scope: 'Cluster' | 'Namespaced';
  /** Our own kinds take names of 63 characters without dots; most of Kubernetes' take subdomains of 253. */
  readonly hasLabelName: boolean;
}

/** What is wrong with an object's metadata, as ValidateObjectMeta of k8s.io/apimachinery says it. */
export function checkMetadata(object: KubernetesObject, rules: NameRules): readonly RatedError[] {
  const given: unknown = object.metadata ?? {};
  const found: RatedError[] = [];
  checkStructure(given, objectMeta, 'metadata', found);
  // The API server reads nothing of an object whose metadata it cannot decode.
  if (found.length > 0 || !isRecord(given)) return found;
  return distinct([
    ...nameErrors(given, rules),
    ...namespaceErrors(given['namespace'], rules),
    ...labelErrors(given['labels']),
    ...annotationErrors(given['annotations']),
    ...ownerErrors(given['ownerReferences']),
    ...finalizerErrors(given['finalizers']),
  ]);
}

// Two labels with the same wrong value are one error.
function distinct(found: readonly RatedError[]): readonly RatedError[] {
  return [...new Map(found.map((error) => [`${error.field}: ${error.message}`, error])).values()];
}

function nameErrors(metadata: Record<string, unknown>, rules: NameRules): readonly RatedError[] {
  const name = textOf(metadata['name']);
  const prefix = textOf(metadata['generateName']);
  const faultsOf = rules.hasLabelName ? labelFaults : subdomainFaults;
  // What is generated goes on after the dash.
  const prefixFaults = prefix === '' ? [] : subdomainFaults(prefix.replace(/.-$/s, 'a'));
  return [
    ...prefixFaults.map((fault) => errors.invalid('metadata.generateName', prefix, fault)),
    ...(name === ''
      ? [errors.required('metadata.name', 'name or generateName is required')]
      : faultsOf(name).map((fault) => errors.invalid('metadata.name', name, fault))),
  ];
}

function namespaceErrors(given: unknown, rules: NameRules): readonly RatedError[] {
  const field = 'metadata.namespace';
  const namespace = textOf(given);
  // The API server empties the namespace of a cluster-scoped object instead of refusing it.
  if (rules.scope === 'Cluster') return [];
  if (namespace === '') return [errors.required(field)];
  return labelFaults(namespace).map((fault) => errors.invalid(field, namespace, fault));
}

function labelErrors(labels: unknown): readonly RatedError[] {
  const field = 'metadata.labels';
  return entriesOf(labels).flatMap(([key, value]) => [
    ...labelKeyFaults(key).map((fault) => errors.invalid(field, key, fault)),
    ...labelValueFaults(value).map((fault) => errors.invalid(field, value, fault)),
  ]);
}

function annotationErrors(annotations: unknown): readonly RatedError[] {
  const field = 'metadata.annotations';
  const entries = entriesOf(annotations);
  const found = entries.flatMap(([key]) =>
    labelKeyFaults(key.toLowerCase()).map((fault) => errors.invalid(field, key, fault)),
  );
  const bytes = entries.reduce((sum, entry) => sum + byteLength(entry.join('')), 0);
  return bytes > ANNOTATIONS_BYTES_MAX ? [...found, errors.tooLong(field, ANNOTATIONS_BYTES_MAX)] : found;
}

function ownerErrors(owners: unknown): readonly RatedError[] {
  return listOf(owners).flatMap((owner, index) => {
    const field = `metadata.ownerReferences[${index}]`;
    const reference = isRecord(owner) ? owner : {};
    const apiVersion = textOf(reference['apiVersion']);
    const isMalformed = apiVersion.split('/').length > 2 || parseApiVersion(apiVersion).version === '';
    return [
      ...OWNER_FIELDS.filter((name) => textOf(reference[name]) === '').map((name) =>
        errors.required(`${field}.${name}`, 'must not be empty'),
      ),
      ...(apiVersion !== '' && isMalformed
        ? [errors.invalid(`${field}.apiVersion`, apiVersion, 'must be <group>/<version> or <version>')]
        : []),
    ];
  });
}

function finalizerErrors(given: unknown): readonly RatedError[] {
  const field = 'metadata.finalizers';
  const finalizers = listOf(given).map(textOf);
  const found = finalizers.flatMap((name) =>
    labelKeyFaults(name).map((fault) => errors.invalid(field, name, fault)),
  );
  if (!finalizers.includes(ORPHAN) || !finalizers.includes(FOREGROUND)) return found;
  const both = `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`;
  return [...found, errors.invalid(field, finalizers, both)];
}

function entriesOf(map: unknown): readonly (readonly [string, string])[] {
  return isRecord(map) ? Object.entries(map).map(([key, value]) => [key, textOf(value)]) : [];
}

function listOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

// Null means absent, and absent text is empty, as it is in Go.
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const text: Schema = { type: 'string', nullable: true };
const texts: Schema = { type: 'object', nullable: true, additionalProperties: text };
const time: Schema = { ...text, format: 'date-time' };
const count: Schema = { type: 'integer', format: 'int64', nullable: true };
const flag: Schema = { type: 'boolean', nullable: true };

const ownerReference: Schema = {
  type: 'object',
  nullable: true,
  properties: {
    apiVersion: text,
    kind: text,
    name: text,
    uid: text,
    controller: flag,
    blockOwnerDeletion: flag,
  },
};

/**
 * metav1.ObjectMeta as a schema, which no CRD has: the API server decodes metadata by itself. Every field may be null,
 * which means absent. Who manages which fields is the server's own business and is left out.
 */
export const objectMeta: Schema = {
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: count,
    creationTimestamp: time,
    deletionTimestamp: time,
    deletionGracePeriodSeconds: count,
    labels: texts,
    annotations: texts,
    ownerReferences: { type: 'array', nullable: true, items: ownerReference },
    finalizers: { type: 'array', nullable: true, items: text },
  },
};
