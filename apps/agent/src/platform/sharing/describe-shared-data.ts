import { z } from 'zod';
import { compilersFor } from '@portolan/resources/compile/compilers';
import { listKinds, type Generation } from '@portolan/resources/kinds/registry';
import { COUNTED_KINDS, NAMED_KINDS } from './share-object.ts';
import { sharedData, type OptionallyShared } from './shared-data.ts';

const DEPTH_MAX = 4;

/** Describes in Markdown what is sent, why and when, from the requests themselves: their fields are those of their schemas. */
export function describeSharedData(shared: ReadonlySet<OptionallyShared>, generation: Generation): string {
  const sections = sharedData(shared).flatMap(([name, { title, purpose, when, without, routes }]) => [
    '',
    `## ${title} (\`${name}\`)`,
    '',
    `Sent ${when}, so that ${purpose}.${without === undefined ? '' : ` Left out: ${without}.`}`,
    '',
    '| Request | Fields |',
    '| --- | --- |',
    ...routes.map(({ method, path, body, query }) => {
      const fields = [...fieldsOf(query), ...fieldsOf(body)].map((field) => `\`${field}\``);
      return `| \`${method} ${path}\` | ${fields.length === 0 ? 'none' : fields.join(', ')} |`;
    }),
    ...(name === 'resources' ? ['', ...kindsTable(generation)] : []),
  ]);
  return sections.slice(1).join('\n');
}

function kindsTable(generation: Generation): string[] {
  const compiled = compilersFor(generation);
  const kinds = listKinds(generation).filter(
    ({ kind, group, crd }) =>
      crd !== undefined || compiled.has(`${kind}.${group}`) || COUNTED_KINDS.has(kind),
  );
  return [
    '| Kind | Group | Sent |',
    '| --- | --- | --- |',
    ...kinds.map(({ kind, group }) => `| ${kind} | ${group || 'core'} | ${howSent(kind)} |`),
    '',
    'From a directory of manifests, objects of other kinds are sent as well: ConfigMaps by the names of their entries, workloads without the values of',
    'environment variables, kinds that Portolan does not know as metadata. In a cluster they are not read.',
  ];
}

function howSent(kind: string): string {
  if (COUNTED_KINDS.has(kind)) return 'the number of them, with heartbeats';
  return NAMED_KINDS.has(kind)
    ? 'name, labels, names of entries; only of those that a resource refers to'
    : 'what people wrote';
}

/** Returns the paths of the fields of a schema: `counts.nodes`, `points[].requests`. */
function fieldsOf(schema: z.ZodType | undefined): string[] {
  if (schema === undefined) return [];
  const json: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  return walk(jsonSchema.parse(json), '', 0);
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly items?: JsonSchema | undefined;
  /** Set on objects that may have other fields as well. */
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly oneOf?: readonly JsonSchema[] | undefined;
}

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    additionalProperties: z.unknown().optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
  }),
);

function walk(schema: JsonSchema, path: string, depth: number): string[] {
  const { properties = {}, items, anyOf, oneOf, additionalProperties: others = false } = schema;
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) {
    const fields = new Set(choices.flatMap((choice) => walk(choice, path, depth)));
    return fields.size > 1 ? [...fields].filter((field) => field !== path) : [...fields];
  }
  if (items !== undefined) return walk(items, `${path}[]`, depth);
  const names = Object.entries(properties);
  if (names.length === 0 || depth >= DEPTH_MAX) return path === '' ? [] : [path];
  const known = names.flatMap(([name, child]) =>
    walk(child, path === '' ? name : `${path}.${name}`, depth + 1),
  );
  return others === false ? known : [...known, `${path}.*`];
}
