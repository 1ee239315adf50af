import { closestName } from '@portolan/resources/kinds/closest-name';
import type { Schema } from '@portolan/resources/crds/custom-resource-definition';
import { apiVersionOf, listKinds } from '@portolan/resources/kinds/registry';
import type { KindInfo } from '@portolan/resources/kinds/kind-info';
import { usageFailure } from '@portolan/console/failure';
import { generationFlag } from '../flags.ts';
import { wrap } from '../../terminal/fit.ts';
import { findKind, kubernetesKinds } from '../find-kind.ts';
import { print } from '../../terminal/io.ts';
import { generationOf } from '../manifest-files.ts';
import { oneWord } from '../read-words.ts';
import type { Verb } from '../verb.ts';

const WIDTH_MAX = 100;

export const explainVerb: Verb = {
  usage: 'KIND[.FIELD…]',
  details: 'Describes the Kubernetes kinds Portolan defines; needs no platform.',
  examples: [
    'portolan explain api',
    'portolan explain apiaccess.spec.groups',
    'portolan explain apiratelimit --recursive',
  ],
  complete: [kubernetesKinds.filter(({ crd }) => crd !== undefined).map(({ kind }) => kind.toLowerCase())],
  flags: {
    recursive: { type: 'boolean', help: 'list all fields below, too' },
    ...generationFlag,
  },
  run(args, io) {
    const [kind = '', ...path] = oneWord(args, 'kind', 'portolan explain KIND[.FIELD…]').split('.');
    const info = definedKind(kind, args.text('generation'));
    const [version] = info.crd?.spec.versions ?? [];
    const root = version?.schema.openAPIV3Schema;
    if (root === undefined) throw usageFailure(`Portolan does not define the fields of ${info.kind}.`, SEE);
    const field = path.reduce<Found>((found, name, at) => step(found, name, [kind, ...path.slice(0, at)]), {
      schema: root,
      isRequired: false,
    });
    const width = Math.min(WIDTH_MAX, io.stdout.isTTY ? io.stdout.columns : WIDTH_MAX);
    print(
      io,
      [
        `GROUP:    ${info.group}`,
        `KIND:     ${info.kind}`,
        `VERSION:  ${apiVersionOf(info).split('/').at(-1) ?? ''}`,
        '',
        ...(path.length === 0
          ? []
          : [
              `FIELD: ${path.at(-1) ?? ''} ${typeText(field.schema)}${field.isRequired ? ' -required-' : ''}`,
              '',
            ]),
        'DESCRIPTION:',
        ...indent(wrap(descriptionOf(field.schema), width - 4), 4),
        ...rulesOf(field.schema, width),
        ...(args.has('recursive') ? tree(field.schema) : children(field.schema, width)),
      ].join('\n'),
    );
    return Promise.resolve(0);
  },
};

const SEE = `Those with fields: ${kubernetesKinds
  .filter(({ crd }) => crd !== undefined)
  .map(({ kind }) => kind.toLowerCase())
  .join(', ')}.`;

function definedKind(word: string, wanted: string | undefined): KindInfo {
  const { info } = findKind(word);
  const generations = wanted === undefined ? (['v2', 'v3'] as const) : [generationOf(wanted)];
  const found = generations
    .flatMap((generation) => listKinds(generation))
    .find((one) => one.kind === info?.kind && one.crd !== undefined);
  if (found !== undefined) return found;
  throw usageFailure(
    `Portolan does not define "${word}"${wanted === undefined ? '' : ` in generation ${wanted}`}.`,
    SEE,
  );
}

interface Found {
  readonly schema: Schema;
  readonly isRequired: boolean;
}

function step({ schema }: Found, name: string, path: readonly string[]): Found {
  const { properties = {}, required = [] } = itemOf(schema);
  const found = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (found !== undefined) return { schema: found, isRequired: required.includes(name) };
  const near = closestName(name, Object.keys(properties));
  const names = Object.keys(properties).join(', ');
  throw usageFailure(
    `${path.join('.')} has no field "${name}".`,
    `${near === null ? '' : `Did you mean ${[...path, near].join('.')}? `}${names === '' ? 'It has no fields.' : `Fields: ${names}.`}`,
  );
}

/** Of a list what is in it, of a map what its values are. */
function itemOf(schema: Schema): Schema {
  if (schema.items) return itemOf(schema.items);
  return typeof schema.additionalProperties === 'object' ? itemOf(schema.additionalProperties) : schema;
}

function typeText(schema: Schema): string {
  return `<${typeName(schema)}>`;
}

function typeName(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string';
  if (schema.items) return `[]${typeName(schema.items)}`;
  if (typeof schema.additionalProperties === 'object')
    return `map[string]${typeName(schema.additionalProperties)}`;
  return schema.type === 'object' || schema.type === undefined ? 'Object' : (schema.format ?? schema.type);
}

function descriptionOf(schema: Schema): string {
  return schema.description ?? itemOf(schema).description ?? 'No description.';
}

/** What else holds of a field: values, bounds and rules. */
function rulesOf(schema: Schema, width: number): readonly string[] {
  const facts = [
    ...(schema.enum ? [`One of: ${schema.enum.map(String).join(', ')}.`] : []),
    ...(schema.default === undefined ? [] : [`Default: ${JSON.stringify(schema.default)}.`]),
    ...bound('At least', schema.minimum, ''),
    ...bound('At most', schema.maximum, ''),
    ...bound('At least', schema.minLength, ' characters'),
    ...bound('At most', schema.maxLength, ' characters'),
    ...bound('At least', schema.minItems, ' items'),
    ...bound('At most', schema.maxItems, ' items'),
    ...(schema['x-kubernetes-validations'] ?? []).flatMap(({ message }) =>
      message ? [`Rule: ${message}.`] : [],
    ),
  ];
  return facts.flatMap((fact) => indent(wrap(fact, width - 4), 4));
}

function bound(word: string, value: number | undefined, unit: string): readonly string[] {
  return value === undefined ? [] : [`${word} ${value}${unit}.`];
}

function children(schema: Schema, width: number): readonly string[] {
  const { properties = {}, required = [] } = itemOf(schema);
  const fields = Object.entries(properties);
  if (fields.length === 0) return [];
  return [
    '',
    'FIELDS:',
    ...fields.flatMap(([name, field]) => [
      `  ${name}  ${typeText(field)}${required.includes(name) ? ' -required-' : ''}`,
      ...indent(wrap(descriptionOf(field), width - 4), 4),
      '',
    ]),
  ].slice(0, -1);
}

function tree(schema: Schema): readonly string[] {
  const lines = (of: Schema, depth: number): readonly string[] => {
    const { properties = {}, required = [] } = itemOf(of);
    return Object.entries(properties).flatMap(([name, field]) => [
      `${'  '.repeat(depth)}${name}  ${typeText(field)}${required.includes(name) ? ' -required-' : ''}`,
      ...lines(field, depth + 1),
    ]);
  };
  const found = lines(schema, 1);
  return found.length === 0 ? [] : ['', 'FIELDS:', ...found];
}

function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`.trimEnd());
}
