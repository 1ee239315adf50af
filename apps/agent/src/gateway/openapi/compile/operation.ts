import { isRecord } from '@portolan/resources/kinds/object';
import type { ContentSlice, OperationSlice, ParameterSlice, ResponseSlice } from './compiled.ts';
import { readDescription } from './description.ts';
import { Examples, pathValues } from './example.ts';
import { pointerTo, type Faults } from './faults.ts';
import type { References, Json, Place } from './references.ts';
import { safeUrl } from './safe-url.ts';
import { clip, SchemaReader, type NodeBudget } from './schema.ts';
import type { SchemaNames } from './schema-names.ts';

/** What all operations of a document share. */
export interface DocumentParts {
  readonly root: Json;
  readonly references: References;
  /** Follows references without reporting them again. */
  readonly quietly: References;
  readonly names: SchemaNames;
  readonly faults: Faults;
  readonly budget: NodeBudget;
  readonly isSwagger2: boolean;
}

export type ReadOperation = Omit<OperationSlice, 'id' | 'faults' | 'shape'> & {
  readonly pathExamples: Readonly<Record<string, readonly string[]>>;
};

const PARAMETERS_MAX = 200;
const CONTENTS_MAX = 10;
const RESPONSES_MAX = 60;
const PLACES = new Set(['path', 'query', 'header', 'cookie', 'querystring']);

/** Reads one operation; what is wrong in it is left out and reported. */
export class OperationReader {
  readonly #parts: DocumentParts;
  readonly #schemas: SchemaReader;
  readonly #examples: Examples;
  readonly #operation: Place<Json>;

  constructor(parts: DocumentParts, operation: Place<Json>) {
    this.#parts = parts;
    this.#operation = operation;
    this.#schemas = new SchemaReader(parts);
    this.#examples = new Examples(parts.quietly);
  }

  /** `shared` are parameters of the path item, which the operation's own replace by name and place. */
  read(path: string, shared: Place<unknown>): ReadOperation {
    const { value: operation, pointer } = this.#operation;
    const raw = this.#parametersOf(shared, {
      value: operation['parameters'],
      pointer: pointerTo(pointer, 'parameters'),
    });
    const ordinary = raw.filter(({ value }) => PLACES.has(String(value['in'])));
    const parameters = ordinary.map((parameter) => this.#parameter(parameter));
    this.#checkPath(path, parameters);
    return {
      description: readDescription(operation['description']),
      externalDocs: externalDocsOf(operation['externalDocs']),
      parameters,
      body: this.#parts.isSwagger2 ? this.#bodyOfParameters(raw) : this.#body(),
      responses: this.#responses(),
      samples: samplesOf(operation),
      pathExamples: pathExamplesOf(path, ordinary),
    };
  }

  #parametersOf(...lists: readonly Place<unknown>[]): Place<Json>[] {
    const found = new Map<string, Place<Json>>();
    for (const { value: list, pointer } of lists) {
      if (list === undefined) continue;
      if (!Array.isArray(list)) {
        this.#parts.faults.add(pointer, 'not-an-object', {
          message: 'parameters is not a list',
          fix: 'write a list of parameters',
        });
        continue;
      }
      for (const [index, entry] of list.slice(0, PARAMETERS_MAX).entries()) {
        const parameter = this.#parts.references.object(entry, pointerTo(pointer, index));
        if (parameter === null) continue;
        const { name, in: place } = parameter.value;
        if (typeof name === 'string' && typeof place === 'string') found.set(`${place} ${name}`, parameter);
        else
          this.#parts.faults.add(parameter.pointer, 'parameter-incomplete', {
            message: 'the parameter has no name or no place',
            fix: 'set "name" and "in" (path, query, header or cookie)',
          });
      }
    }
    return [...found.values()];
  }

  #parameter({ value: parameter, pointer }: Place<Json>): ParameterSlice {
    const { schema, at } = schemaOf(parameter, pointer, this.#parts.isSwagger2);
    return {
      name: clip(String(parameter['name'])),
      place: String(parameter['in']) as ParameterSlice['place'],
      isRequired: parameter['required'] === true || parameter['in'] === 'path',
      isDeprecated: parameter['deprecated'] === true,
      description: readDescription(parameter['description']),
      schema: this.#schemas.read(schema, at),
      example: this.#examples.ofParameter(parameter, schema, at),
    };
  }

  #checkPath(path: string, parameters: readonly ParameterSlice[]): void {
    const declared = new Set(parameters.filter(({ place }) => place === 'path').map(({ name }) => name));
    for (const name of namesInPath(path)) {
      if (declared.has(name)) continue;
      this.#parts.faults.add(this.#operation.pointer, 'parameter-undeclared', {
        message: `the path names {${name}}, which is not among the parameters`,
        fix: `add a parameter "${name}" with "in: path"`,
      });
    }
  }

  #body(): OperationSlice['body'] {
    const { value: operation, pointer } = this.#operation;
    if (operation['requestBody'] === undefined) return null;
    const body = this.#parts.references.object(operation['requestBody'], pointerTo(pointer, 'requestBody'));
    if (body === null) return null;
    return {
      isRequired: body.value['required'] === true,
      description: readDescription(body.value['description']),
      contents: this.#contents(body.value['content'], pointerTo(body.pointer, 'content')),
    };
  }

  /** Swagger 2.0 §Parameter Object: a body is a parameter, a form one parameter for each field. */
  #bodyOfParameters(parameters: readonly Place<Json>[]): OperationSlice['body'] {
    const body = parameters.find(({ value }) => value['in'] === 'body');
    const fields = parameters.filter(({ value }) => value['in'] === 'formData');
    if (body === undefined && fields.length === 0) return null;
    const schema = body?.value['schema'] ?? {
      type: 'object',
      properties: Object.fromEntries(fields.map(({ value }) => [String(value['name']), value])),
      required: fields.filter(({ value }) => value['required'] === true).map(({ value }) => value['name']),
    };
    const place = body ?? fields[0];
    const types = this.#mediaTypes(
      'consumes',
      body ? 'application/json' : 'application/x-www-form-urlencoded',
    );
    return {
      isRequired: body
        ? body.value['required'] === true
        : fields.some(({ value }) => value['required'] === true),
      description: readDescription(body?.value['description']),
      contents: types.map((type) => this.#content(type, { schema }, place?.pointer ?? '')),
    };
  }

  #mediaTypes(field: 'consumes' | 'produces', preset: string): string[] {
    const listed = this.#operation.value[field] ?? this.#parts.root[field];
    const types = Array.isArray(listed) ? listed.filter((type) => typeof type === 'string') : [];
    return types.length === 0 ? [preset] : types.slice(0, CONTENTS_MAX).map(clip);
  }

  #contents(content: unknown, pointer: string): ContentSlice[] {
    if (!isRecord(content)) return [];
    return Object.entries(content)
      .slice(0, CONTENTS_MAX)
      .flatMap(([type, media]) => {
        const at = pointerTo(pointer, type);
        const found = this.#parts.references.object(media, at);
        return found === null ? [] : [this.#content(clip(type), found.value, found.pointer)];
      });
  }

  #content(mediaType: string, media: Json, pointer: string): ContentSlice {
    // 3.2: the schema of each item of a stream.
    const field =
      media['schema'] === undefined && media['itemSchema'] !== undefined ? 'itemSchema' : 'schema';
    const schema = media[field] ?? true;
    return {
      mediaType,
      schema: this.#schemas.read(schema, pointerTo(pointer, field)),
      example: this.#examples.ofContent(mediaType, { ...media, schema }, pointer),
    };
  }

  #responses(): ResponseSlice[] {
    const { value: operation, pointer } = this.#operation;
    const { responses } = operation;
    if (!isRecord(responses) || Object.keys(responses).length === 0) {
      this.#parts.faults.add(pointer, 'responses-missing', {
        message: 'the operation names no response',
        fix: 'add at least one response, such as "200" or "default"',
      });
      return [];
    }
    return Object.entries(responses)
      .filter(([status]) => /^(?:[1-5](?:\d\d|XX)|default)$/i.test(status))
      .slice(0, RESPONSES_MAX)
      .flatMap(([status, response]) => {
        const found = this.#parts.references.object(response, pointerTo(pointer, 'responses', status));
        return found === null ? [] : [this.#response(status, found)];
      });
  }

  #response(status: string, { value: response, pointer }: Place<Json>): ResponseSlice {
    const contents = this.#parts.isSwagger2
      ? response['schema'] === undefined
        ? []
        : this.#mediaTypes('produces', 'application/json').map((type) =>
            this.#content(type, { schema: response['schema'] }, pointer),
          )
      : this.#contents(response['content'], pointerTo(pointer, 'content'));
    // 3.2 has a summary beside the description, which is optional there.
    const description = response['description'] ?? response['summary'];
    return {
      status,
      description: readDescription(description),
      headers: this.#headers(response, pointer),
      contents,
    };
  }

  #headers(response: Json, pointer: string): ResponseSlice['headers'] {
    const { headers } = response;
    if (!isRecord(headers)) return [];
    return Object.entries(headers)
      .slice(0, PARAMETERS_MAX)
      .flatMap(([name, header]) => {
        const found = this.#parts.references.object(header, pointerTo(pointer, 'headers', name));
        if (found === null) return [];
        const { schema, at } = schemaOf(found.value, found.pointer, this.#parts.isSwagger2);
        const description = readDescription(found.value['description']);
        return [{ name: clip(name), description, schema: this.#schemas.read(schema, at) }];
      });
  }
}

/** Parameters have a schema, or one media type with a schema; in Swagger 2.0 they are one. */
function schemaOf(parameter: Json, pointer: string, isSwagger2: boolean): { schema: unknown; at: string } {
  if (isSwagger2) {
    const { description: _described, example: _example, required: _required, ...schema } = parameter;
    return { schema, at: pointer };
  }
  const { schema, content } = parameter;
  if (schema !== undefined) return { schema, at: pointerTo(pointer, 'schema') };
  const [media] = isRecord(content) ? Object.entries(content) : [];
  if (media === undefined || !isRecord(media[1])) return { schema: true, at: pointer };
  return { schema: media[1]['schema'] ?? true, at: pointerTo(pointer, 'content', media[0], 'schema') };
}

function namesInPath(path: string): string[] {
  return [...path.matchAll(/\{([^{}]{1,100})\}/g)].map(([, name]) => name ?? '');
}

function pathExamplesOf(path: string, parameters: readonly Place<Json>[]): Record<string, readonly string[]> {
  const entries = namesInPath(path).map((name) => {
    const parameter =
      parameters.find(({ value }) => value['in'] === 'path' && value['name'] === name)?.value ?? {};
    const { schema } = parameter;
    return [name, pathValues(parameter, isRecord(schema) ? schema : parameter)] as const;
  });
  return Object.fromEntries(entries);
}

function externalDocsOf(value: unknown): OperationSlice['externalDocs'] {
  if (!isRecord(value)) return null;
  const url = safeUrl(value['url']);
  const { description } = value;
  return url === null ? null : { url, description: typeof description === 'string' ? clip(description) : '' };
}

const SAMPLE_LENGTH_MAX = 20_000;

function samplesOf(operation: Json): OperationSlice['samples'] {
  const listed = operation['x-codeSamples'] ?? operation['x-code-samples'];
  if (!Array.isArray(listed)) return [];
  return listed.slice(0, 20).flatMap((sample: unknown) => {
    if (!isRecord(sample)) return [];
    const { lang, label, source } = sample;
    if (typeof source !== 'string' || source.length > SAMPLE_LENGTH_MAX) return [];
    const language = [label, lang].find((name) => typeof name === 'string') ?? 'Example';
    return [{ language: clip(language), source }];
  });
}
