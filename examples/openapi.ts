interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: object;
  readonly description?: string;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  /** Name of the schema it returns; in brackets for a list of them. Absent: anything. */
  readonly returns?: string;
}

type Paths = Record<string, Partial<Record<'get' | 'post', Operation>>>;

interface Service {
  readonly version: string;
  readonly description?: string;
  readonly schemas?: Readonly<Record<string, object>>;
  readonly paths: Paths;
}

/** An OpenAPI 3.1 document for one service. */
export function openApi(title: string, { version, description, schemas = {}, paths }: Service) {
  const tags = [title];
  const withResponses = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, { returns, ...operation }]) => [
        method,
        { ...operation, tags, responses: responsesOf(returns, path.includes('{')) },
      ]),
    ),
  ]);
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description === undefined ? {} : { description }) },
    servers: [{ url: '/' }],
    tags: [{ name: title }],
    paths: Object.fromEntries(withResponses),
    components: { schemas },
  };
}

export function idParameter(name: string, example?: string): Parameter[] {
  return [
    {
      name,
      in: 'path',
      required: true,
      schema: { type: 'string', ...(example === undefined ? {} : { example }) },
    },
  ];
}

/** A schema of an object, all of whose properties are there. */
export function objectOf(description: string, properties: Readonly<Record<string, object>>): object {
  return { type: 'object', description, required: Object.keys(properties), properties };
}

function responsesOf(returns: string | undefined, canMiss: boolean): object {
  const schema = returns === undefined ? {} : schemaNamed(returns);
  return {
    200: { description: 'Found', content: { 'application/json': { schema } } },
    ...(canMiss ? { 404: { description: 'There is none of this name' } } : {}),
  };
}

function schemaNamed(name: string): object {
  const [, listed] = /^\[(.+)\]$/.exec(name) ?? [];
  const reference = { $ref: `#/components/schemas/${listed ?? name}` };
  return listed === undefined ? reference : { type: 'array', items: reference };
}
