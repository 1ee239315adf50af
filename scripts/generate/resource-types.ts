import type {
  CustomResourceDefinition,
  Schema,
} from '../../shared/resources/src/crds/custom-resource-definition.ts';
import { GENERATIONS, RESOURCES, readCrds } from './crd-files.ts';
import type { Generator } from './registry.ts';

/** A TypeScript type per kind, from its CRD, with the descriptions as comments. */
export const generateResourceTypes: Generator = async (root) => {
  const files = new Map<string, string>();
  for (const generation of GENERATIONS) {
    for (const crd of await readCrds(root, generation)) {
      const name = typeName(crd.spec.names.kind);
      const file = name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
      files.set(`${RESOURCES}/generated/${generation}/${file}.ts`, moduleOf(crd, generation));
    }
  }
  return files;
};

/** `APIVersion` becomes `ApiVersion`, `AIService` `AiService`. */
function typeName(kind: string): string {
  return kind.replace(/^(API|AI)/, (initials) => `${initials[0]}${initials.slice(1).toLowerCase()}`);
}

function moduleOf(crd: CustomResourceDefinition, generation: string): string {
  const [version] = crd.spec.versions;
  const { kind, singular } = crd.spec.names;
  const schema = version.schema.openAPIV3Schema;
  const interfaces = new Map<string, string>();
  const name = typeName(kind);
  const members = [
    `readonly apiVersion: '${crd.spec.group}/${version.name}';`,
    `readonly kind: '${kind}';`,
    'readonly metadata: ObjectMeta;',
  ];
  for (const field of ['spec', 'status']) {
    const property = schema.properties?.[field];
    if (property === undefined) continue;
    const isRequired = schema.required?.includes(field) ?? false;
    members.push(...member(field, property, { isRequired, owner: name, interfaces }));
  }
  const body = [...interfaces.values()].toReversed();
  return [
    `// Generated from crds/${generation}/${singular}.yaml by \`npm run gen\`. Do not edit.`,
    "import type { ObjectMeta } from '../../kinds/object.ts';",
    '',
    comment(schema.description, ''),
    `export interface ${name} {`,
    ...members.map((line) => `  ${line}`),
    '  readonly [other: string]: unknown;',
    '}',
    '',
    ...body,
  ].join('\n');
}

interface Place {
  readonly isRequired: boolean;
  readonly owner: string;
  readonly interfaces: Map<string, string>;
}

function member(name: string, schema: Schema, place: Place): readonly string[] {
  const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
  const isPresent = place.isRequired || schema.default !== undefined;
  const type = typeOf(schema, `${place.owner}${name[0]?.toUpperCase()}${name.slice(1)}`, place.interfaces);
  return [comment(schema.description, ''), `readonly ${key}${isPresent ? '' : '?'}: ${type};`];
}

function typeOf(schema: Schema, name: string, interfaces: Map<string, string>): string {
  const base = baseType(schema, name, interfaces);
  return schema.nullable === true ? `${base} | null` : base;
}

function baseType(schema: Schema, name: string, interfaces: Map<string, string>): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema['x-kubernetes-int-or-string'] === true) return 'number | string';
  if (schema.type === 'array') {
    const item = schema.items === undefined ? 'unknown' : typeOf(schema.items, `${name}Item`, interfaces);
    return `readonly ${item.includes('|') ? `(${item})` : item}[]`;
  }
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type !== 'object') return schema.type ?? 'unknown';
  if (typeof schema.additionalProperties === 'object') {
    return `Readonly<Record<string, ${typeOf(schema.additionalProperties, `${name}Value`, interfaces)}>>`;
  }
  if (schema.properties === undefined) return 'Readonly<Record<string, unknown>>';
  declare(schema, name, interfaces);
  return name;
}

function declare(schema: Schema, name: string, interfaces: Map<string, string>): void {
  const lines = Object.entries(schema.properties ?? {}).flatMap(([field, property]) =>
    member(field, property, {
      isRequired: schema.required?.includes(field) ?? false,
      owner: name,
      interfaces,
    }),
  );
  const text = [
    comment(schema.description, ''),
    `export interface ${name} {`,
    ...lines.map((line) => `  ${line}`),
    '}',
    '',
  ];
  interfaces.set(name, text.join('\n'));
}

function comment(description: string | undefined, indent: string): string {
  return `${indent}/** ${(description ?? 'No description.').replaceAll('*/', '* /')} */`;
}
