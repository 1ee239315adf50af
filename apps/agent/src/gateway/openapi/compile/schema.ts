import { isRecord } from '@portolan/resources/kinds/object';
import type { PropertyNode, SchemaNode } from './compiled.ts';
import { readDescription } from './description.ts';
import { pointerTo, type Faults } from './faults.ts';
import { describe, referenceOf, type Json, type References } from './references.ts';
import type { SchemaNames } from './schema-names.ts';

const DEPTH_MAX = 24;
const NODES_MAX = 2000;
const VALUES_MAX = 50;
const PROPERTIES_MAX = 500;
const TEXT_LENGTH_MAX = 200;

/** How many more nodes a document may have: what is referred to in many places is shown in each of them. */
export interface NodeBudget {
  left: number;
}

/** Schemas of a document as nodes to read. One budget of nodes is shared by all that one slice shows. */
export class SchemaReader {
  readonly #references: References;
  readonly #names: SchemaNames;
  readonly #faults: Faults;
  readonly #budget: NodeBudget;
  #nodesLeft = NODES_MAX;

  constructor(parts: {
    readonly references: References;
    readonly names: SchemaNames;
    readonly faults: Faults;
    readonly budget: NodeBudget;
  }) {
    this.#budget = parts.budget;
    this.#references = parts.references;
    this.#names = parts.names;
    this.#faults = parts.faults;
  }

  /** Returns a schema as a node; a reference to a named schema stays one. */
  read(value: unknown, pointer: string, depth = 0): SchemaNode {
    if (value === true) return { type: 'any' };
    if (value === false) return { type: 'nothing' };
    if (!isRecord(value)) return this.#invalid(value, pointer);
    if (depth > DEPTH_MAX || this.#nodesLeft <= 0 || this.#budget.left <= 0) return this.#tooLarge(pointer);
    this.#nodesLeft -= 1;
    this.#budget.left -= 1;
    const reference = referenceOf(value);
    return reference === null
      ? this.#readOwn(value, pointer, depth)
      : this.#readReference(value, reference, { pointer, depth });
  }

  #readReference(
    value: Json,
    reference: string,
    { pointer, depth }: { readonly pointer: string; readonly depth: number },
  ): SchemaNode {
    const at = pointerTo(pointer, '$ref');
    const found = this.#references.find(reference, at);
    if (found === null) return { type: '', broken: `"${clip(reference)}" cannot be resolved` };
    const id = this.#names.idOf(found.pointer);
    if (id !== null) {
      const target = isRecord(found.value) ? found.value : {};
      const description = readDescription(value['description']);
      return {
        type: typeOf(target),
        ref: id,
        title: this.#names.nameOf(id),
        ...(description.length > 0 ? { description } : {}),
      };
    }
    // Not a named schema: it is shown in place, as deep as anything else.
    return this.read(found.value, found.pointer, depth + 1);
  }

  #readOwn(schema: Json, pointer: string, depth: number): SchemaNode {
    const { title } = schema;
    const description = readDescription(schema['description']);
    return {
      type: typeOf(schema),
      ...(typeof title === 'string' && title !== '' ? { title: clip(title) } : {}),
      ...(description.length > 0 ? { description } : {}),
      ...constraintsOf(schema),
      ...valuesOf(schema),
      ...this.#membersOf(schema, pointer, depth + 1),
      ...flagsOf(schema),
    };
  }

  #membersOf(schema: Json, pointer: string, depth: number): Partial<SchemaNode> {
    const properties = this.#propertiesOf(schema, pointer, depth);
    const { items, additionalProperties, not } = schema;
    const choices = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((kind) => {
      const options: unknown = schema[kind];
      if (!Array.isArray(options) || options.length === 0) return [];
      const of = options
        .slice(0, PROPERTIES_MAX)
        .map((option: unknown, index) => this.read(option, pointerTo(pointer, kind, index), depth));
      return [{ kind, of }];
    });
    const excluded = isRecord(not)
      ? [{ kind: 'not', of: [this.read(not, pointerTo(pointer, 'not'), depth)] } as const]
      : [];
    return {
      ...(properties.length > 0 ? { properties } : {}),
      ...(items === undefined || Array.isArray(items)
        ? {}
        : { items: this.read(items, pointerTo(pointer, 'items'), depth) }),
      ...(isRecord(additionalProperties)
        ? { additional: this.read(additionalProperties, pointerTo(pointer, 'additionalProperties'), depth) }
        : {}),
      ...(choices.length + excluded.length > 0 ? { choices: [...choices, ...excluded] } : {}),
    };
  }

  #propertiesOf(schema: Json, pointer: string, depth: number): PropertyNode[] {
    const { properties, required } = schema;
    if (properties === undefined) return [];
    if (!isRecord(properties)) {
      this.#invalid(properties, pointerTo(pointer, 'properties'));
      return [];
    }
    const names = new Set(Array.isArray(required) ? required : []);
    return Object.entries(properties)
      .slice(0, PROPERTIES_MAX)
      .map(([name, property]) => ({
        name,
        isRequired: names.has(name),
        schema: this.read(property, pointerTo(pointer, 'properties', name), depth),
      }));
  }

  #invalid(value: unknown, pointer: string): SchemaNode {
    this.#faults.add(pointer, 'schema-invalid', {
      message: `the schema is ${describe(value)} instead of an object`,
      fix: 'write a schema object, or true for any value',
    });
    return { type: '', broken: 'the schema is not valid' };
  }

  #tooLarge(pointer: string): SchemaNode {
    this.#faults.add(pointer, 'too-large', {
      message: 'the schema is too large or too deep to show here',
      fix: 'move parts of it to components and refer to them',
    });
    return { type: '', broken: 'too large to show here' };
  }
}

/** Returns the type of a schema in words: `string (date)`, `integer or null`. */
function typeOf(schema: Json): string {
  const { type, format, nullable, items } = schema;
  const names = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string').slice(0, 8);
  if (nullable === true && !names.includes('null')) names.push('null');
  const implied =
    names.length > 0
      ? names
      : [isRecord(schema['properties']) ? 'object' : items === undefined ? '' : 'array'];
  const text = implied.map((name) => clip(name)).join(' or ');
  return typeof format === 'string' && text !== '' ? `${text} (${clip(format)})` : text;
}

const BOUNDS: readonly (readonly [string, string])[] = [
  ['minimum', 'at least'],
  ['maximum', 'at most'],
  ['exclusiveMinimum', 'more than'],
  ['exclusiveMaximum', 'less than'],
  ['multipleOf', 'a multiple of'],
  ['minLength', 'characters at least'],
  ['maxLength', 'characters at most'],
  ['minItems', 'items at least'],
  ['maxItems', 'items at most'],
  ['pattern', 'matches'],
];

function constraintsOf(schema: Json): Partial<SchemaNode> {
  const constraints = BOUNDS.flatMap(([name, words]) => {
    const bound = schema[name];
    return typeof bound === 'number' || typeof bound === 'string' ? [`${words} ${clip(String(bound))}`] : [];
  });
  if (schema['uniqueItems'] === true) constraints.push('no item twice');
  return constraints.length > 0 ? { constraints } : {};
}

function valuesOf(schema: Json): Partial<SchemaNode> {
  const { enum: listed, const: only, default: preset } = schema;
  const values: readonly unknown[] = Array.isArray(listed) ? listed : only === undefined ? [] : [only];
  return {
    ...(values.length > 0 ? { values: values.slice(0, VALUES_MAX).map(textOf) } : {}),
    ...(values.length > VALUES_MAX ? { moreValues: values.length - VALUES_MAX } : {}),
    ...(preset === undefined ? {} : { defaultValue: textOf(preset) }),
  };
}

function flagsOf(schema: Json): Partial<SchemaNode> {
  const flags = (
    [
      ['deprecated', 'deprecated'],
      ['readOnly', 'read only'],
      ['writeOnly', 'write only'],
    ] as const
  ).flatMap(([name, words]) => (schema[name] === true ? [words] : []));
  return flags.length > 0 ? { flags } : {};
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return clip(value);
  // Only the beginning is shown, so only the beginning of a large value is written.
  return isRecord(value) || Array.isArray(value) ? clip(shallowText(value)) : String(value);
}

function shallowText(value: object): string {
  const isLarge = Object.keys(value).length > 20;
  return isLarge ? '…' : JSON.stringify(value, (_key, inner: unknown) => (isDeep(inner) ? '…' : inner));
}

function isDeep(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 20;
}

export function clip(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX - 1)}…` : text;
}
