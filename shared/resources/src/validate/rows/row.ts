import { load } from 'js-yaml';
import type { Schema } from '../../crds/custom-resource-definition.ts';
import type { KubernetesObject } from '../../kinds/object.ts';
import { findKind, HUB_GROUP, listKinds, type Generation } from '../../kinds/registry.ts';
import { validateObject } from '../validate.ts';

/** A row of a table of rules: a spec of a kind in YAML, and the errors it must give, as `field: message`. */
export type Row = readonly [kind: string, spec: string, ...errors: readonly string[]];

/** A row of a table of what is valid: a spec of a kind in YAML. */
export type ValidRow = readonly [kind: string, spec: string];

/** A row's name among the tests. */
export function titleOf(kind: string, spec: string): string {
  const text = spec === '' ? '(no spec)' : spec.replaceAll(/\s+/g, ' ');
  return `${kind} ${text.length > 90 ? `${text.slice(0, 89)}…` : text}`;
}

/** What validation says of an object of a kind with this spec, as `field: message`. For tests. */
export function errorsOf(kind: string, spec: string, generation: Generation): readonly string[] {
  const { errors } = validateObject(objectOf(kind, spec, generation), { generation });
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

/** The object of a row. */
export function objectOf(kind: string, spec: string, generation: Generation): KubernetesObject {
  const apiVersion = `${HUB_GROUP}/v1alpha1`;
  const isNamespaced = findKind(apiVersion, kind, generation)?.scope === 'Namespaced';
  const metadata = { name: 'thing', ...(isNamespaced ? { namespace: 'shop' } : {}) };
  return { apiVersion, kind, metadata, ...(spec === '' ? {} : { spec: load(spec) }) };
}

/** Every CEL rule and every limit of a generation's specs that no row breaks, as `Kind field: what`. For tests. */
export function missingRows(rows: Iterable<Row>, generation: Generation): readonly string[] {
  const broken = new Set<string>();
  for (const [kind, , ...errors] of rows) {
    for (const error of errors) {
      const [field = ''] = error.split(': ', 1);
      broken.add(`${kind} ${field.replaceAll(/\[\d+\]/g, '[]')}: ${error.slice(field.length + 2)}`);
    }
  }
  const texts = [...broken];
  return listKinds(generation).flatMap(({ kind, crd }) => {
    const spec = crd?.spec.versions[0].schema.openAPIV3Schema.properties?.['spec'];
    const demands = spec === undefined ? [] : demandsOf(spec, 'spec');
    return demands
      .map(([field, text]) => [`${kind} ${field}: `, text] as const)
      .filter(([start, text]) => !texts.some((row) => row.startsWith(start) && row.includes(text)))
      .map(([start, text]) => start + text);
  });
}

/** A limit or rule of a field, and what an error of it says. */
export type Demand = readonly [field: string, text: string];

/** Every limit and rule of a schema and what is in it. */
export function demandsOf(schema: Schema, field: string): readonly Demand[] {
  const own: (readonly [unknown, string])[] = [
    [schema.maxLength, `Too long: may not be more than ${schema.maxLength} bytes`],
    [schema.maxItems, `must have at most ${schema.maxItems} item`],
    [schema.minItems, `should have at least ${schema.minItems} items`],
    [schema.minProperties, `should have at least ${schema.minProperties} properties`],
    [schema.minLength, `should be at least ${schema.minLength} chars long`],
    [schema.minimum, `should be greater than or equal to ${schema.minimum}`],
    [schema.pattern, `should match '${schema.pattern}'`],
    [schema.enum, 'Unsupported value: '],
    ...(schema['x-kubernetes-validations'] ?? []).map(({ rule, message }) => [rule, message] as const),
  ];
  return [
    ...own.filter(([limit]) => limit !== undefined).map(([, text]): Demand => [field, text]),
    ...(schema.required ?? []).map((name): Demand => [`${field}.${name}`, 'Required value']),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      demandsOf(member, `${field}.${name}`),
    ),
    ...(schema.items === undefined ? [] : demandsOf(schema.items, `${field}[]`)),
  ];
}
