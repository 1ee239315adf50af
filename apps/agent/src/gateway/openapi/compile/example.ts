import { isRecord } from '@portolan/resources/kinds/object';
import { referenceOf, type Json, type Place, type References } from './references.ts';

const DEPTH_MAX = 6;
const VALUES_MAX = 300;
const LENGTH_MAX = 16 * 1024;

/** Makes example values of schemas. The faults of what it reads are reported where it is shown. */
export class Examples {
  readonly #references: References;
  #left = VALUES_MAX;

  /** `references` reports no faults: it is another reader of the same document. */
  constructor(references: References) {
    this.#references = references;
  }

  /** Returns an example of a media type as text to send; null where none can be made. */
  ofContent(mediaType: string, content: Json, pointer: string): string | null {
    this.#left = VALUES_MAX;
    const given = this.#given(content, pointer);
    const value = given === undefined ? this.#ofSchema(content['schema'], pointer, 0) : given;
    if (value === undefined) return null;
    if (typeof value === 'string' && !isJson(mediaType)) return bounded(value);
    if (mediaType.startsWith('application/x-www-form-urlencoded')) return bounded(formOf(value));
    return isJson(mediaType) ? bounded(JSON.stringify(value, null, 2)) : null;
  }

  /** Returns an example of a parameter as text; null where none can be made. */
  ofParameter(parameter: Json, schema: unknown, pointer: string): string | null {
    this.#left = VALUES_MAX;
    const given = this.#given(parameter, pointer);
    const value = given === undefined ? this.#ofSchema(schema, pointer, 0) : given;
    const text = Array.isArray(value) ? value.filter(isScalar).join(',') : value;
    return isScalar(text) ? String(text).slice(0, 200) : null;
  }

  #given(holder: Json, pointer: string): unknown {
    if (holder['example'] !== undefined) return holder['example'];
    const { examples } = holder;
    const [first] = isRecord(examples)
      ? Object.values(examples)
      : Array.isArray(examples)
        ? (examples as unknown[])
        : [];
    if (first === undefined) return undefined;
    if (!isRecord(first)) return first;
    const example = this.#references.object(first, pointer)?.value ?? {};
    // 3.2 names the parsed value `dataValue`.
    return example['value'] ?? example['dataValue'];
  }

  #ofSchema(value: unknown, pointer: string, depth: number): unknown {
    if (depth > DEPTH_MAX || this.#left-- <= 0 || !isRecord(value)) return undefined;
    const place = this.#references.object(value, pointer);
    if (place === null) return undefined;
    return firstGiven(place.value) ?? this.#made(place, depth + (referenceOf(value) === null ? 0 : 1));
  }

  #made({ value: schema, pointer }: Place<Json>, depth: number): unknown {
    const [choice] = ['oneOf', 'anyOf'].flatMap((kind) => firstOf(schema[kind]));
    if (choice !== undefined && !isRecord(schema['properties']))
      return this.#ofSchema(choice, pointer, depth + 1);
    const { allOf } = schema;
    const parts = Array.isArray(allOf)
      ? allOf.slice(0, 50).map((part: unknown) => this.#ofSchema(part, pointer, depth + 1))
      : [];
    const type = firstType(schema);
    if (type === 'object' || parts.some(isRecord))
      return Object.fromEntries([
        ...parts.filter(isRecord).flatMap(Object.entries),
        ...this.#members(schema, pointer, depth),
      ]);
    if (parts.length > 0) return parts.find((part) => part !== undefined);
    if (type === 'array') {
      const item = this.#ofSchema(schema['items'], pointer, depth + 1);
      return item === undefined ? [] : [item];
    }
    return scalarOf(type, schema);
  }

  #members(schema: Json, pointer: string, depth: number): [string, unknown][] {
    const { properties } = schema;
    if (!isRecord(properties)) return [];
    return Object.entries(properties)
      .slice(0, 50)
      .flatMap(([name, property]) => {
        if (isRecord(property) && property['readOnly'] === true) return [];
        const value = this.#ofSchema(property, pointer, depth + 1);
        return value === undefined ? [] : [[name, value] as [string, unknown]];
      });
  }
}

/** Returns values a parameter of a path may have, likeliest first, to test rights with. */
export function pathValues(parameter: Json, schema: Json): string[] {
  const { enum: listed, examples } = schema;
  const type = firstType(schema);
  const values = [
    parameter['example'],
    firstGiven(schema),
    ...(Array.isArray(listed) ? listed.slice(0, 10) : []),
    ...(Array.isArray(examples) ? examples.slice(0, 5) : []),
    scalarOf(type, schema),
    ...(type === 'integer' || type === 'number' ? [1, 42] : ['1', 'a', 'A1']),
  ];
  const texts = values.filter(isScalar).map(String);
  return [...new Set(texts)].filter(
    (text) => text !== '' && text.length <= 200 && !/[/\\]|^\.\.?$/.test(text),
  );
}

function firstGiven(schema: Json): unknown {
  const { example, examples, const: only, default: preset, enum: listed } = schema;
  return example ?? firstOf(examples)[0] ?? only ?? preset ?? firstOf(listed)[0];
}

function firstOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]).slice(0, 1) : [];
}

function firstType(schema: Json): string {
  const { type } = schema;
  const name: unknown = Array.isArray(type) ? type.find((each) => each !== 'null') : type;
  if (typeof name === 'string') return name;
  return isRecord(schema['properties']) ? 'object' : schema['items'] === undefined ? '' : 'array';
}

const FORMATS: ReadonlyMap<unknown, string> = new Map([
  ['date', '2025-01-31'],
  ['date-time', '2025-01-31T12:00:00Z'],
  ['time', '12:00:00'],
  ['email', 'ada@example.com'],
  ['uuid', '3fa85f64-5717-4562-b3fc-2c963f66afa6'],
  ['uri', 'https://example.com/'],
  ['hostname', 'example.com'],
  ['ipv4', '192.0.2.1'],
  ['byte', 'cG9ydG9sYW4='],
]);

function scalarOf(type: string, { format, minimum }: Json): unknown {
  switch (type) {
    case 'integer':
    case 'number':
      return typeof minimum === 'number' ? minimum : 1;
    case 'boolean':
      return true;
    case 'string':
      return FORMATS.get(format) ?? 'string';
    default:
      return undefined;
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isJson(mediaType: string): boolean {
  return /^(?:application|text)\/(?:json|[\w.+-]+\+json)\b|^\*\/\*/i.test(mediaType);
}

function formOf(value: unknown): string {
  const entries = Object.entries(isRecord(value) ? value : {});
  return new URLSearchParams(
    entries.map(([name, part]): [string, string] => [name, isScalar(part) ? String(part) : '']),
  ).toString();
}

function bounded(text: string): string | null {
  return text.length > LENGTH_MAX ? null : text;
}
