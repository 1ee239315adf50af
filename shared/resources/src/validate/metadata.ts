import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import { childPath } from './structural.ts';
import * as errors from './field-error.ts';
import type { RatedError } from './field-error.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const ANNOTATIONS_BYTES_MAX = 256 * 1024;

// Texts of k8s.io/apimachinery/pkg/util/validation.
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

export interface NameRules {
  readonly scope: 'Cluster' | 'Namespaced';
  /** Our own kinds take names of 63 characters without dots; most of Kubernetes' take subdomains of 253. */
  readonly hasLabelName: boolean;
}

/** What is wrong with an object's metadata: name, namespace, labels and annotations. */
export function checkMetadata(object: KubernetesObject, rules: NameRules): readonly RatedError[] {
  const metadata: unknown = object.metadata;
  if (!isRecord(metadata)) {
    return [errors.required('metadata.name')];
  }
  return [
    ...nameErrors(metadata['name'], rules),
    ...namespaceErrors(metadata['namespace'], rules),
    ...labelErrors(metadata['labels']),
    ...annotationErrors(metadata['annotations']),
  ];
}

function nameErrors(name: unknown, rules: NameRules): readonly RatedError[] {
  const field = 'metadata.name';
  if (name === undefined || name === null || name === '') return [errors.required(field)];
  if (typeof name !== 'string') return [errors.wrongType(field, 'string', typeof name)];
  if (rules.hasLabelName) return labelNameErrors(name, field);
  return [
    ...(name.length > 253 ? [errors.invalid(field, name, 'must be no more than 253 characters')] : []),
    ...(SUBDOMAIN.test(name) ? [] : [errors.invalid(field, name, SUBDOMAIN_TEXT)]),
  ];
}

function labelNameErrors(name: string, field: string): readonly RatedError[] {
  return [
    ...(name.length > 63 ? [errors.invalid(field, name, 'must be no more than 63 characters')] : []),
    ...(LABEL.test(name) ? [] : [errors.invalid(field, name, LABEL_TEXT)]),
  ];
}

function namespaceErrors(namespace: unknown, rules: NameRules): readonly RatedError[] {
  const field = 'metadata.namespace';
  // The API server empties the namespace of a cluster-scoped object instead of refusing it.
  if (rules.scope === 'Cluster') return [];
  if (namespace === undefined || namespace === null || namespace === '') return [errors.required(field)];
  if (typeof namespace !== 'string') return [errors.wrongType(field, 'string', typeof namespace)];
  return labelNameErrors(namespace, field);
}

function labelErrors(labels: unknown): readonly RatedError[] {
  const field = 'metadata.labels';
  return mapErrors(labels, field, (key, value) => [
    ...qualifiedNameErrors(key, field),
    ...(value.length > 63 ? [errors.invalid(field, value, 'must be no more than 63 characters')] : []),
    ...(value === '' || QUALIFIED.test(value) ? [] : [errors.invalid(field, value, VALUE_TEXT)]),
  ]);
}

function annotationErrors(annotations: unknown): readonly RatedError[] {
  const field = 'metadata.annotations';
  let size = 0;
  const found = mapErrors(annotations, field, (key, value) => {
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
    return qualifiedNameErrors(key.toLowerCase(), field);
  });
  return size > ANNOTATIONS_BYTES_MAX ? [...found, errors.tooLong(field, ANNOTATIONS_BYTES_MAX)] : found;
}

function mapErrors(
  map: unknown,
  field: string,
  check: (key: string, value: string) => readonly RatedError[],
): readonly RatedError[] {
  if (map === undefined || map === null) return [];
  if (!isRecord(map)) return [errors.wrongType(field, 'object', Array.isArray(map) ? 'array' : typeof map)];
  return Object.entries(map).flatMap(([key, value]) =>
    typeof value === 'string'
      ? check(key, value)
      : [errors.wrongType(childPath(field, key), 'string', typeof value)],
  );
}

function qualifiedNameErrors(key: string, field: string): readonly RatedError[] {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? null : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const found: RatedError[] = [];
  if (name.includes('/')) {
    return [
      errors.invalid(
        field,
        key,
        `a qualified name ${QUALIFIED_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      ),
    ];
  }
  if (prefix === '') found.push(errors.invalid(field, key, 'prefix part must be non-empty'));
  else if (prefix !== null && !SUBDOMAIN.test(prefix)) {
    found.push(errors.invalid(field, key, `prefix part ${SUBDOMAIN_TEXT}`));
  }
  if (name === '') found.push(errors.invalid(field, key, 'name part must be non-empty'));
  else if (name.length > 63)
    found.push(errors.invalid(field, key, 'name part must be no more than 63 characters'));
  if (!QUALIFIED.test(name)) found.push(errors.invalid(field, key, `name part ${QUALIFIED_TEXT}`));
  return found;
}
