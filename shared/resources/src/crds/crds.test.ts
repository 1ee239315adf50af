import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HUB_GROUP, listKinds } from '../kinds/registry.ts';
import { compileExpression } from '../validate/cel/compile-expression.ts';
import { isKnownFormat as isTextFormat } from '../validate/formats.ts';
import { compileRegex } from '../rules/regex.ts';
import type { Schema } from './custom-resource-definition.ts';

const root = join(import.meta.dirname, '../../../..');

test('generated files are what the CRDs give; otherwise run: npm run gen', () => {
  const output = execFileSync(process.execPath, [join(root, 'scripts/generate.ts'), '--check'], {
    encoding: 'utf8',
  });
  expect(output).toBe('');
});

// Kind, plural, scope and printer columns of hub-facts §1.1.
const inventory: Record<'v2' | 'v3', readonly string[]> = {
  v2: [
    'AccessControlPolicy accesscontrolpolicies Cluster',
    'API apis Namespaced PathPrefix=.spec.pathPrefix ServiceName=.spec.service.name ServicePort=.spec.service.port.number CurrentVersion=.spec.currentVersion',
    'APIAccess apiaccesses Cluster',
    'APICollection apicollections Cluster PathPrefix=.spec.pathPrefix APISelector=.status.apiSelector',
    'APIGateway apigateways Cluster URLs=.status.urls',
    'APIPortal apiportals Cluster URLs=.status.urls',
    'APIRateLimit apiratelimits Cluster',
    'APIVersion apiversions Namespaced APIName=.spec.apiName Title=.spec.title Release=.spec.release ServiceName=.spec.service.name ServicePort=.spec.service.port.number',
    'EdgeIngress edgeingresses Namespaced Service=.spec.service.name Port=.spec.service.port ACP=.spec.acp.name(1) URLs=.status.urls Connection=.status.connection',
  ],
  v3: [
    'AccessControlPolicy accesscontrolpolicies Cluster',
    'AIService aiservices Namespaced',
    'API apis Namespaced',
    'APIAccess apiaccesses Namespaced',
    'APIAuth apiauths Namespaced',
    'APIBundle apibundles Namespaced',
    'APICatalogItem apicatalogitems Namespaced',
    'APIPlan apiplans Namespaced',
    'APIPortal apiportals Namespaced',
    'APIPortalAuth apiportalauths Namespaced',
    'APIRateLimit apiratelimits Namespaced',
    'APIVersion apiversions Namespaced Title=.spec.title Release=.spec.release',
    'ContentItem contentitems Namespaced',
    'ManagedApplication managedapplications Namespaced',
    'ManagedSubscription managedsubscriptions Namespaced',
    'Uplink uplinks Namespaced',
  ],
};

describe.each(['v2', 'v3'] as const)('generation %s', (generation) => {
  const own = listKinds(generation).filter(({ crd }) => crd !== undefined);

  test('has the kinds, scopes and printer columns of the vendor', () => {
    const lines = own.map(({ kind, plural, scope, printerColumns }) =>
      [
        kind,
        plural,
        scope,
        ...printerColumns.map(
          (column) => `${column.name}=${column.jsonPath}${column.priority === 1 ? '(1)' : ''}`,
        ),
      ].join(' '),
    );
    expect(lines).toEqual(inventory[generation]);
  });

  test.each(own)('$kind is a CRD of our group with one version', ({ crd, kind, plural }) => {
    const { spec, metadata } = crd ?? expect.fail('no CRD');
    expect(metadata.name).toBe(`${plural}.${HUB_GROUP}`);
    expect(spec.names).toEqual({ kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() });
    expect(spec.versions.map(({ name, served, storage }) => [name, served, storage])).toEqual([
      ['v1alpha1', true, true],
    ]);
  });

  test.each(own)('every field of $kind is described, typed and checkable', ({ crd }) => {
    const schema = crd?.spec.versions[0].schema.openAPIV3Schema ?? expect.fail('no schema');
    expect(faultsOf(schema, '')).toEqual([]);
  });
});

const KEYWORDS: ReadonlySet<string> = new Set<keyof Schema>([
  'description',
  'type',
  'format',
  'default',
  'enum',
  'nullable',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'required',
  'properties',
  'items',
  'additionalProperties',
  'x-kubernetes-validations',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
]);

function isKnownFormat(type: string | undefined, format: string | undefined): boolean {
  if (format === undefined) return true;
  return type === 'string' ? isTextFormat(format) : ['int32', 'int64'].includes(format);
}

/** What keeps a schema from being a structural one that describes all and whose expressions compile. */
function faultsOf(schema: Schema, path: string): readonly string[] {
  const { type, format, pattern, properties = {}, items, additionalProperties, required = [] } = schema;
  const rules = schema['x-kubernetes-validations'] ?? [];
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  for (const { rule } of rules) compileExpression(rule);
  if (pattern !== undefined) compileRegex(pattern);
  const isTyped = type !== undefined || schema['x-kubernetes-int-or-string'] === true;
  const names = Object.keys(properties);
  const undescribed = names.filter(
    (name) => `${path}.${name}` !== '.metadata' && !/^[A-Z].*\.$/.test(properties[name]?.description ?? ''),
  );
  return [
    ...(isTyped ? [] : [`${path} has no type`]),
    ...(type === 'array' && items === undefined ? [`${path} has no items`] : []),
    ...unknown.map((keyword) => `${path} has ${keyword}, which the validator does not know`),
    ...(isKnownFormat(type, format)
      ? []
      : [`${path} has format ${format}, which the validator does not know`]),
    ...rules
      .filter((rule) => Object.keys(rule).toSorted().join() !== 'message,rule')
      .map(({ rule }) => `${path}: ${rule} needs a message and takes nothing else`),
    ...required
      .filter((name) => !names.includes(name))
      .map((name) => `${path}.${name} is required but not defined`),
    ...undescribed.map((name) => `${path}.${name} has no description that is a sentence`),
    ...Object.entries(properties).flatMap(([name, property]) => faultsOf(property, `${path}.${name}`)),
    ...(items === undefined ? [] : faultsOf(items, `${path}[]`)),
    ...(typeof additionalProperties === 'object' ? faultsOf(additionalProperties, `${path}.*`) : []),
  ];
}
