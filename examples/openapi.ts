interface OperationSummary {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    name: string;
    in: 'path' | 'query';
    required: boolean;
    schema: { type: string };
  }[];
}

export type Paths = Record<string, Partial<Record<'get' | 'post', OperationSummary>>>;

/** A minimal OpenAPI 3.1 document for one service. */
export function openApi(title: string, version: string, paths: Paths) {
  const withResponses = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        {
          ...operation,
          responses: {
            200: { description: 'OK', content: { 'application/json': { schema: {} } } },
            404: { description: 'No such item' },
          },
        },
      ]),
    ),
  ]);
  return {
    openapi: '3.1.0',
    info: { title, version },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(withResponses),
  };
}

export function idParameter(name: string) {
  return [{ name, in: 'path' as const, required: true, schema: { type: 'string' } }];
}
