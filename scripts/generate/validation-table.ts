import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type {
  CustomResourceDefinition,
  Schema,
} from '../../shared/resources/src/crds/custom-resource-definition.ts';
import { isRecord } from '../../shared/resources/src/kinds/object.ts';
import { demandsOf, titleOf } from '../../shared/resources/src/validate/rows/row.ts';
import { v2Invalid, v2Valid } from '../../shared/resources/src/validate/rows/v2-rows.ts';
import { readCrds } from './crd-files.ts';
import type { Generator } from './registry.ts';
import { shownBehaviours, type ShownBehaviour } from './shown-behaviour.ts';

const HEAD = `<!-- Generated from the CRDs and the tables of rules by \`npm run gen\`. Do not edit. -->
# What shows that generation v2 is validated

Every kind, field and rule of generation v2, and the test that covers it. A test of a rule is a row of a table: it has the name of
the row, in \`shared/resources/src/validate/v2-rules.test.ts\`. Beside these, Kubernetes' own code has judged objects of all kinds, and
\`npm test\` compares with what it said ([record 0034](decisions/0034-validation-is-compared-with-kubernetes.md)); the last column counts the objects
that set the field. \`npm run gen\` fails when a field or a rule is shown by nothing.`;

/** docs/validation.md: what shows that each field and rule of generation v2 is validated. */
export const generateValidationTable: Generator = async (root) => {
  const crds = await readCrds(root, 'v2');
  const shown: Shown = { asked: await askedFields(root), missing: [] };
  const kinds = crds.flatMap((crd) => section(crd, shown));
  if (shown.missing.length > 0) throw new Error(`Shown by nothing:\n${shown.missing.join('\n')}`);
  const behaviour = await Promise.all(shownBehaviours.map((one) => behaviourRow(root, one)));
  const lines = [
    HEAD,
    ...kinds,
    '',
    '## Behaviour',
    '',
    '| Fact | Shown by | In |',
    '| --- | --- | --- |',
    ...behaviour,
  ];
  return new Map([['docs/validation.md', `${lines.join('\n')}\n`]]);
};

interface Shown {
  /** How many objects that Kubernetes judged set a field, by `Kind field`. */
  readonly asked: ReadonlyMap<string, number>;
  readonly missing: string[];
}

function section(crd: CustomResourceDefinition, shown: Shown): readonly string[] {
  const { kind } = crd.spec.names;
  const { properties = {} } = crd.spec.versions[0].schema.openAPIV3Schema;
  const rows = ['spec', 'status'].flatMap((name) => {
    const schema = properties[name];
    return schema === undefined
      ? []
      : [...fieldRows({ kind, root: name, schema }, shown), ...ruleRows({ kind, root: name, schema }, shown)];
  });
  return ['', `## ${kind}`, '', '| Field | Rule | Shown by | Asked |', '| --- | --- | --- | --- |', ...rows];
}

interface Part {
  readonly kind: string;
  readonly root: string;
  readonly schema: Schema;
}

function fieldRows({ kind, root, schema }: Part, { asked, missing }: Shown): readonly string[] {
  return fieldsOf(schema, root).map(([field, type]) => {
    const count = asked.get(`${kind} ${field}`) ?? 0;
    const row = Object.values(v2Valid)
      .flat()
      .find(([of, spec]) => of === kind && spec !== '' && setFields({ spec: load(spec) }).has(field));
    if (row === undefined && count === 0) missing.push(`${kind} ${field}: add a valid row`);
    const test = row === undefined ? "Kubernetes' answers" : code(titleOf(row[0], row[1]));
    return `| \`${field}\` | is ${type} | ${test} | ${count} |`;
  });
}

function ruleRows({ kind, root, schema }: Part, { missing }: Shown): readonly string[] {
  if (root === 'status') return [];
  return demandsOf(schema, root).map(([field, text]) => {
    const row = Object.values(v2Invalid)
      .flat()
      .find(([of, , ...errors]) => of === kind && errors.some((error) => isAbout(error, field, text)));
    if (row === undefined) {
      missing.push(`${kind} ${field}: add an invalid row for "${text}"`);
      return '';
    }
    return `| \`${field}\` | ${text.replaceAll('|', '\\|')} | ${code(titleOf(row[0], row[1]))} | |`;
  });
}

function isAbout(error: string, field: string, text: string): boolean {
  const [place = ''] = error.split(': ', 1);
  return place.replaceAll(/\[\d+\]/g, '[]') === field && error.includes(text);
}

function fieldsOf(schema: Schema, path: string): readonly (readonly [field: string, type: string])[] {
  const { properties = {}, items, additionalProperties } = schema;
  const type =
    additionalProperties === undefined ? (schema.type ?? '') : `map of ${additionalProperties.type ?? ''}s`;
  return [
    [path, schema.format === undefined ? type : `${type}, ${schema.format}`],
    ...Object.entries(properties).flatMap(([name, property]) => fieldsOf(property, `${path}.${name}`)),
    ...(items?.properties === undefined ? [] : fieldsOf(items, `${path}[]`).slice(1)),
  ];
}

/** How many objects that Kubernetes judged set a field, by `Kind field`. */
async function askedFields(root: string): Promise<ReadonlyMap<string, number>> {
  const text = await readFile(join(root, 'test/interop/apiserver/answers/v2.jsonl'), 'utf8');
  const counts = new Map<string, number>();
  for (const line of text.split('\n').filter(Boolean)) {
    const { object } = JSON.parse(line) as { object: Record<string, unknown> };
    const { kind, spec, status } = object;
    for (const field of setFields({ spec, status })) {
      const key = `${String(kind)} ${field}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

function setFields(value: unknown, path = ''): ReadonlySet<string> {
  if (value === undefined || value === null) return new Set();
  if (Array.isArray(value))
    return new Set([path, ...value.flatMap((item) => [...setFields(item, `${path}[]`)])]);
  if (!isRecord(value)) return new Set([path]);
  const members = Object.entries(value).flatMap(([name, member]) => [
    ...setFields(member, path === '' ? name : `${path}.${name}`),
  ]);
  return new Set([path, ...members]);
}

async function behaviourRow(root: string, { fact, file, test }: ShownBehaviour): Promise<string> {
  const text = await readFile(join(root, file), 'utf8');
  if (!text.includes(test)) throw new Error(`${file} has no test "${test}".`);
  return `| ${fact} | ${code(test)} | \`${file.replace('shared/resources/src/', '')}\` |`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
