import type {
  CustomResourceDefinition,
  Schema,
} from '../../shared/resources/src/crds/custom-resource-definition.ts';
import { SERVED_ROWS } from '../../shared/resources/src/compile/hub/v3/served-rows.ts';
import { GENERATIONS, readCrds } from './crd-files.ts';
import type { Generator } from './registry.ts';

/** docs/resources.md: every kind and field of both generations, from the CRDs. */
export const generateResourceReference: Generator = async (root) => {
  const lines = [
    '<!-- Generated from the CRDs by `npm run gen`. Do not edit. -->',
    '# Resources',
    '',
    'Every kind of group `hub.traefik.io`, version `v1alpha1`, with its fields. Fields marked **\\*** are required. The two',
    'generations share group and version but not shapes; a cluster serves one of them (`--generation v2|v3`).',
    '`portolan validate` checks manifests against exactly these rules; `portolan schema KIND` prints a JSON Schema for editors.',
    'What shows that each rule of generation v2 holds: [validation.md](validation.md).',
  ];
  for (const generation of GENERATIONS) {
    const crds = await readCrds(root, generation);
    const links = crds.map(({ spec }) => `[${spec.names.kind}](#${generation}-${spec.names.singular})`);
    lines.push('', `## Generation ${generation}`, '', links.join(' · '));
    if (generation === 'v3') lines.push(...servedTable());
    for (const crd of crds) lines.push(...section(crd, generation));
  }
  return new Map([['docs/resources.md', `${lines.join('\n')}\n`]]);
};

/** What each kind of generation v3 does; each row is a test of that name. */
function servedTable(): readonly string[] {
  return [
    '',
    'Each row is a test in `shared/resources/src/compile/hub/v3/served-rows.test.ts`, which fails when a kind is missing. What each kind does with',
    'requests: [gateway.md](gateway.md) and [portal.md](portal.md).',
    '',
    '| Kind | It |',
    '| --- | --- |',
    ...SERVED_ROWS.map(({ kind, serves }) => `| ${kind} | ${serves.replace(/^nothing:/, 'does nothing:')} |`),
  ];
}

function section(crd: CustomResourceDefinition, generation: string): readonly string[] {
  const { names, scope } = crd.spec;
  const [version] = crd.spec.versions;
  const schema = version.schema.openAPIV3Schema;
  const columns = (version.additionalPrinterColumns ?? []).map(
    (column) => `${column.name} \`${column.jsonPath}\``,
  );
  const rows = Object.entries(schema.properties ?? {})
    .filter(([name]) => name === 'spec' || name === 'status')
    .flatMap(([name, property]) => rowsOf(name, property, schema.required?.includes(name) ?? false));
  return [
    '',
    `<a id="${generation}-${names.singular}"></a>`,
    `### ${names.kind} (${generation})`,
    '',
    cell(schema.description ?? ''),
    '',
    `${scope === 'Cluster' ? 'Cluster-scoped' : 'Namespaced'}; plural \`${names.plural}\`.` +
      (columns.length === 0 ? '' : ` Columns: ${columns.join(', ')}.`) +
      (version.deprecationWarning === undefined ? '' : ` **${version.deprecationWarning}**`),
    '',
    '| Field | Type | Meaning and rules |',
    '| --- | --- | --- |',
    ...rows,
  ];
}

function rowsOf(path: string, schema: Schema, isRequired: boolean): readonly string[] {
  const meaning = [schema.description ?? '', ...limitsOf(schema), ...rulesOf(schema)]
    .filter(Boolean)
    .join(' ');
  const row = `| \`${path}\`${isRequired ? ' **\\***' : ''} | ${typeOf(schema)} | ${cell(meaning)} |`;
  return [row, ...membersOf(path, schema)];
}

function membersOf(path: string, schema: Schema): readonly string[] {
  const { properties, items, additionalProperties } = schema;
  const own = Object.entries(properties ?? {}).flatMap(([name, property]) =>
    rowsOf(`${path}.${name}`, property, schema.required?.includes(name) ?? false),
  );
  const ofItems = items === undefined ? [] : nested(`${path}[]`, items);
  const ofValues = typeof additionalProperties === 'object' ? nested(`${path}.*`, additionalProperties) : [];
  return [...own, ...ofItems, ...ofValues];
}

/** Items and values have a row of their own only when there is something to say of them. */
function nested(path: string, schema: Schema): readonly string[] {
  return schema.description === undefined ? membersOf(path, schema) : rowsOf(path, schema, false);
}

function typeOf(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string';
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}s`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map of ${typeOf(schema.additionalProperties)}s`;
  }
  return schema.format === 'duration' || schema.format === 'date-time'
    ? schema.format
    : (schema.type ?? 'anything');
}

function limitsOf(schema: Schema): readonly string[] {
  const say = (value: unknown, text: string): string => (value === undefined ? '' : text);
  return [
    say(schema.enum, `One of ${(schema.enum ?? []).map((value) => `\`${String(value)}\``).join(', ')}.`),
    say(schema.default, `Default \`${JSON.stringify(schema.default)}\`.`),
    say(schema.minLength, `At least ${schema.minLength} characters.`),
    say(schema.maxLength, `At most ${schema.maxLength} characters.`),
    say(schema.pattern, `Matches \`${schema.pattern}\`.`),
    say(schema.minimum, `At least ${schema.minimum}.`),
    say(schema.maximum, `At most ${schema.maximum}.`),
    say(schema.minItems, `At least ${schema.minItems} items.`),
    say(schema.maxItems, `At most ${schema.maxItems} items.`),
    say(schema.minProperties, `At least ${schema.minProperties} fields.`),
  ];
}

function rulesOf(schema: Schema): readonly string[] {
  return (schema['x-kubernetes-validations'] ?? []).map(({ message, rule }) => `Rule: *${message ?? rule}*.`);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
