import type { Schema } from '@portolan/resources/crds/custom-resource-definition';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { listKinds, type Generation } from '@portolan/resources/kinds/registry';
import { objectOf } from '@portolan/resources/validate/rows/row';
import { v2Invalid, v2Valid } from '@portolan/resources/validate/rows/v2-rows';
import { v3Invalid } from '@portolan/resources/validate/rows/v3-invalid-rows';
import { v3Valid } from '@portolan/resources/validate/rows/v3-valid-rows';

const rows = { v2: [v2Valid, v2Invalid], v3: [v3Valid, v3Invalid] } as const;

const metadata: readonly unknown[] = [
  undefined,
  null,
  {},
  { name: '' },
  { name: null },
  { name: 7 },
  { name: 'a.b' },
  { name: 'A' },
  { name: 'x'.repeat(63) },
  { name: 'x'.repeat(254) },
  { name: 'thing', generateName: 'THING-' },
  { name: 'thing', generateName: 'thing-' },
  { name: 'thing', namespace: 'a.b' },
  { name: 'thing', namespace: '' },
  { name: 'thing', namespace: 'x'.repeat(64) },
  { name: 'thing', uid: 7 },
  { name: 'thing', generation: 'one' },
  { name: 'thing', creationTimestamp: null },
  { name: 'thing', creationTimestamp: '2026-01-01T00:00:00Z' },
  { name: 'thing', creationTimestamp: 'yesterday' },
  { name: 'thing', labels: null, annotations: null, finalizers: null, ownerReferences: null },
  { name: 'thing', labels: [] },
  { name: 'thing', labels: { a: null } },
  { name: 'thing', labels: { a: true } },
  { name: 'thing', labels: { a: 'b c', d: 'b c', 'e f': '' } },
  { name: 'thing', annotations: { a: 1 } },
  { name: 'thing', annotations: { 'Example.com/A': 'any\n' } },
  { name: 'thing', finalizers: ['orphan', 'foregroundDeletion'] },
  { name: 'thing', finalizers: ['a b', 'a b', 'example.com/f', null] },
  { name: 'thing', finalizers: 'a' },
  { name: 'thing', ownerReferences: [{}] },
  { name: 'thing', ownerReferences: [{ apiVersion: 'a/b/c', kind: 'K', name: 'n', uid: 'u' }] },
  { name: 'thing', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'n', uid: 'u' }] },
  { name: 'thing', ownerReferences: [{ apiVersion: 'a/', kind: 'K', name: 'n', uid: 'u' }] },
  { name: 'thing', ownerReferences: [null] },
  { name: 'thing', nobodyKnows: { a: 1 } },
];

/** The rows of the tables of rules, and objects whose metadata is in question. */
export function handMadeObjects(generation: Generation): readonly unknown[] {
  const tables = rows[generation].flatMap((sections) => Object.values(sections).flat());
  const { metadata: _replaced, ...api } = objectOf('APIBundle', '{}', 'v3');
  const { metadata: _alsoReplaced, ...gateway } = objectOf('APIGateway', '{}', 'v2');
  const bare = generation === 'v2' ? gateway : api;
  const objects = tables.map(([kind, spec]) => objectOf(kind, spec, generation));
  return [
    ...objects,
    ...withStatus(objects, generation),
    ...metadata.map((given) => ({ ...bare, ...(given === undefined ? {} : { metadata: given }) })),
  ];
}

/** The first object of each kind with every field of its status. */
function withStatus(objects: readonly KubernetesObject[], generation: Generation): readonly unknown[] {
  return listKinds(generation).flatMap(({ kind, crd }) => {
    const status = crd?.spec.versions[0].schema.openAPIV3Schema.properties?.['status'];
    const object = objects.find((one) => one.kind === kind);
    return status === undefined || object === undefined ? [] : [{ ...object, status: exampleOf(status) }];
  });
}

function exampleOf(schema: Schema): unknown {
  const {
    type,
    format,
    properties = {},
    items,
    enum: allowed,
    'x-kubernetes-int-or-string': isEither,
  } = schema;
  if (allowed !== undefined) return allowed[0];
  if (type === 'array') return items === undefined ? [] : [exampleOf(items)];
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, exampleOf(property)]),
    );
  }
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number' || isEither === true) return 1;
  return format === 'date-time' ? '2026-01-01T00:00:00Z' : 'a';
}
