import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText } from '@portolan/resources/manifests/load-limits';
import { normaliseDocument } from '../normalise.ts';
import type { CompiledDocument, DocumentIndex, NamedSchema, OperationSlice } from './compiled.ts';
import { blocksOf, plainText } from './description.ts';

const CORPUS = join(import.meta.dirname, 'corpus');

function compile(text: string) {
  const { compiled } = normaliseDocument(text);
  return { compiled, index: indexOf(compiled), operation: (id: string) => operationOf(compiled, id) };
}

const indexOf = ({ index }: CompiledDocument) => JSON.parse(index) as DocumentIndex;
const operationOf = ({ operations }: CompiledDocument, id: string) =>
  JSON.parse(operations.get(id) ?? 'null') as OperationSlice;
const schemaOf = ({ schemas }: CompiledDocument, id: string) =>
  JSON.parse(schemas.get(id) ?? 'null') as NamedSchema;

function corpus(name: string) {
  const text = decodeText(readFileSync(join(CORPUS, name)));
  if (text === null) throw new Error(`${name} is not UTF-8`);
  return compile(text);
}

const document = (rest: object) =>
  JSON.stringify({ openapi: '3.1.0', info: { title: 'T', version: '1' }, ...rest });

describe('hostile documents', () => {
  const names = readdirSync(CORPUS);
  const withoutPaths = new Set(['no-paths.yaml', 'paths-a-list.yaml']);

  it.each(names)('%s: operations that are right are kept, links lead to http and mail only', (name) => {
    const { compiled, index } = corpus(name);
    if (!withoutPaths.has(name))
      expect(index.operations[0]).toMatchObject({ id: 'ok', summary: 'Works', isIncomplete: false });
    expect(index.operations.map(({ id }) => id)).toEqual([...compiled.operations.keys()]);
    for (const { id } of index.operations) expect(id).toMatch(/^[\w][\w.-]*$/);
    const all = [compiled.index, ...compiled.operations.values(), ...compiled.schemas.values()];
    const links = all.flatMap((json) =>
      [...json.matchAll(/"(?:href|url|termsOfService)":"([^"]*)"/g)].map(([, url]) => url),
    );
    for (const url of links) expect(url).toMatch(/^(?:https?:\/\/|mailto:)/);
  });

  it.each<readonly [string, string, string, number, RegExp]>([
    [
      'reference-unresolved.yaml',
      'reference-unresolved',
      '/paths/~1x/get/responses/200/content/application~1json/schema/$ref',
      12,
      /refer to "Order"/,
    ],
    ['reference-to-itself.yaml', 'reference-to-itself', '/paths/~1x/get/parameters/0', 12, /definition/],
    ['reference-external.yaml', 'reference-external', '/paths/~1x', 10, /components of this document/],
    ['operation-not-an-object.yaml', 'not-an-object', '/paths/~1x/get', 11, /write an object/],
    ['path-without-slash.yaml', 'path-without-slash', '/paths/flights', 10, /write "\/flights"/],
    [
      'operation-ids-repeated.yaml',
      'operation-id-repeated',
      '/paths/~1x/put/operationId',
      12,
      /no other has/,
    ],
    ['responses-missing.yaml', 'responses-missing', '/paths/~1x/get', 10, /at least one response/],
    [
      'parameters-wrong.yaml',
      'parameter-incomplete',
      '/paths/~1x~1{id}~1{other}/get/parameters/0',
      13,
      /path, query, header or cookie/,
    ],
    ['parameters-wrong.yaml', 'parameter-undeclared', '/paths/~1x~1{id}~1{other}/get', 12, /"other"/],
    [
      'schemas-wrong.yaml',
      'schema-invalid',
      '/paths/~1x/post/requestBody/content/application~1json/schema',
      12,
      /schema object/,
    ],
  ])('%s: %s at %s, line %i', (...[name, rule, pointer, line, fix]) => {
    const fault = corpus(name).index.faults.find((each) => each.rule === rule);
    expect(fault).toMatchObject({ pointer, line });
    expect(fault?.fix).toMatch(fix);
  });

  it('become a tree in which nothing is markup', () => {
    const { operation, index } = corpus('markup-in-description.yaml');
    const { description, responses } = operation('get-x');
    expect(plainText(description, 500)).toBe('Text bold x');
    expect(plainText(responses[0]!.description, 100)).toBe('');
    // A summary is text, whatever it looks like.
    expect(index.operations[1]!.summary).toBe('<img src=x onerror=alert(1)>');
    const links = corpus('links-that-run.yaml').operation('get-x');
    expect(JSON.stringify(blocksOf(links.description)).match(/"href":"[^"]*"/g)).toEqual([
      '"href":"https://good.example/"',
    ]);
    expect(links.externalDocs).toBeNull();
    const images = corpus('images-that-report.yaml').operation('get-x');
    expect(JSON.stringify(blocksOf(images.description))).not.toContain('image');
  });

  it('keep cycles as references', () => {
    const { compiled, operation } = corpus('schema-cycle.yaml');
    expect(operation('get-x').responses[0]!.contents[0]!.schema).toEqual({
      type: 'object',
      ref: 'Node',
      title: 'Node',
    });
    expect(schemaOf(compiled, 'Node').schema.properties).toMatchObject([
      { name: 'name' },
      { name: 'next', schema: { ref: 'Node' } },
      { name: 'children', schema: { items: { ref: 'Node' } } },
    ]);
    expect(schemaOf(compiled, 'Self').schema).toEqual({ type: '', ref: 'Self', title: 'Self' });
  });

  it('never change the prototype of objects', () => {
    const { compiled } = corpus('prototype.json');
    expect([...compiled.schemas.keys()]).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    [
      'a chain of 10,000 references',
      () =>
        document({
          paths: {
            '/x': {
              get: {
                responses: {
                  200: {
                    description: 'ok',
                    content: { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } },
                  },
                },
              },
            },
          },
          components: {
            schemas: Object.fromEntries(
              Array.from({ length: 10_000 }, (_, i) => [`S${i}`, { $ref: `#/components/schemas/S${i + 1}` }]),
            ),
          },
        }),
    ],
    [
      'an enumeration of 100,000 values',
      () =>
        document({
          paths: {
            '/x': {
              get: {
                parameters: [
                  {
                    name: 'q',
                    in: 'query',
                    schema: { enum: Array.from({ length: 100_000 }, (_, i) => `v${i}`) },
                  },
                ],
                responses: { 200: { description: 'ok' } },
              },
            },
          },
        }),
    ],
    [
      'references that double at each of 40 levels',
      () =>
        document({
          paths: {
            '/x': {
              get: {
                responses: {
                  200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/x/s0' } } } },
                },
              },
            },
          },
          x: Object.fromEntries(
            Array.from({ length: 41 }, (_, i) => [
              `s${i}`,
              i === 40 ? {} : { properties: { a: { $ref: `#/x/s${i + 1}` }, b: { $ref: `#/x/s${i + 1}` } } },
            ]),
          ),
        }),
    ],
    [
      'a schema 500 levels deep',
      () =>
        `{"openapi":"3.1.0","paths":{"/x":{"get":{"responses":{"200":{"description":"","content":{"application/json":{"schema":${'{"items":'.repeat(500)}{}${'}'.repeat(500)}}}}}}}}}`,
    ],
    [
      '10,000 schemas of one name but for signs',
      () =>
        document({
          paths: { '/x': { get: { responses: { 200: { description: 'ok' } } } } },
          components: {
            schemas: Object.fromEntries(
              Array.from({ length: 10_000 }, (_, i) => ['?'.repeat((i % 50) + 1) + '!'.repeat(i / 50), {}]),
            ),
          },
        }),
    ],
  ])('are bounded: %s', (_name, text) => {
    const { compiled, index } = compile(text());
    expect(index.operations).toHaveLength(1);
    for (const json of compiled.operations.values()) expect(json.length).toBeLessThan(1_000_000);
  });
});

it('a document nested too deeply is refused', () => {
  expect(() => compile(`{"openapi":"3.1.0","x":${'{"x":'.repeat(9000)}1${'}'.repeat(9000)}}`)).toThrow(
    /^is nested too deeply$/,
  );
});

describe('documents', () => {
  it('of Swagger 2.0 are read as the same kind of slices', () => {
    const { index, operation } = corpus('swagger-2.yaml');
    expect(index).toMatchObject({ title: 'Old', version: '1', basePath: '/v1', faults: [] });
    expect(operation('post-pets')).toMatchObject({
      parameters: [
        {
          name: 'limit',
          place: 'query',
          schema: { type: 'integer', defaultValue: '10', constraints: ['at most 100'] },
        },
      ],
      body: { isRequired: true, contents: [{ mediaType: 'application/json', schema: { ref: 'Pet' } }] },
    });
    expect(operation('post-upload-id').body).toMatchObject({
      isRequired: true,
      contents: [
        {
          mediaType: 'multipart/form-data',
          schema: { properties: [{ name: 'file', isRequired: true }, { name: 'note' }] },
        },
      ],
    });
  });

  it('of OpenAPI 3.2 keep their new methods, streams and summaries', () => {
    const { index, operation } = corpus('openapi-3.2.yaml');
    expect(index.operations.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /ok',
      'QUERY /x',
      'COPY /x',
      'GET /stream',
    ]);
    expect(operation('get-stream').responses[0]!.contents[0]!.schema).toMatchObject({ ref: 'E' });
  });

  it('give examples to send and values to test rights with', () => {
    const { index, operation } = compile(
      document({
        paths: {
          '/flights/{code}/{seat}': {
            put: {
              operationId: 'book',
              parameters: [
                {
                  name: 'code',
                  in: 'path',
                  required: true,
                  schema: { type: 'string', enum: ['PT1', 'PT2'] },
                },
                { name: 'seat', in: 'path', required: true, schema: { type: 'integer' } },
              ],
              requestBody: {
                content: { 'application/json': { schema: { $ref: '#/components/schemas/Booking' } } },
              },
              responses: { 200: { description: 'ok' } },
            },
          },
        },
        components: {
          schemas: {
            Booking: {
              type: 'object',
              required: ['name'],
              properties: {
                id: { type: 'string', readOnly: true },
                name: { type: 'string', example: 'Ada' },
                born: { type: 'string', format: 'date' },
                with: { type: 'array', items: { $ref: '#/components/schemas/Booking' } },
              },
            },
          },
        },
      }),
    );
    expect(index.operations[0]!.pathExamples).toMatchObject({
      code: expect.arrayContaining(['PT1', 'PT2']),
      seat: expect.arrayContaining(['1']),
    });
    expect(JSON.parse(operation('book').body!.contents[0]!.example!)).toMatchObject({
      name: 'Ada',
      born: '2025-01-31',
      with: [{ name: 'Ada' }],
    });
    expect(operation('book').shape).toMatchObject({
      'path code': 'string of PT1, PT2, required',
      'body application/json': 'object',
      'body application/json.name': 'string, required',
      'body application/json.with[].born': 'string (date), optional',
    });
  });

  it('are found by the names of their parameters and schemas', () => {
    expect(corpus('swagger-2.yaml').index.operations.find(({ id }) => id === 'post-pets')?.terms).toBe(
      'limit Pet',
    );
  });
});
