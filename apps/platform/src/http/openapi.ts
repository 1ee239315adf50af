import { z } from 'zod';
import { ERROR_STATUS, errorBody, type ErrorCode } from '@portolan/contract/errors';
import type { RouteDefinition } from '@portolan/contract/route';

type Json = Record<string, unknown>;

/** Returns the OpenAPI 3.1 document of the routes, derived from their schemas. */
export function openApiDocument(routes: readonly RouteDefinition[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Portolan', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: schema(errorBody, 'output') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(route: RouteDefinition): Json {
  const content = (value: z.ZodType, io: 'input' | 'output') => ({
    'application/json': { schema: schema(value, io) },
  });
  return {
    summary: route.summary,
    tags: [route.tag],
    operationId: operationId(route),
    'x-permission': route.permission,
    ...(route.permission === 'public' ? {} : { security: [{ token: [] }] }),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body ? { requestBody: { required: true, content: content(route.body, 'input') } } : {}),
    responses: {
      [route.status]: {
        description: 'Done',
        ...(route.response ? { content: content(route.response, 'output') } : {}),
        ...(route.stream ? { content: { [route.stream]: {} } } : {}),
      },
      ...errorResponses(route),
    },
  };
}

function parameters(object: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  return Object.entries(object?.shape ?? {}).map(([name, value]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(value as z.ZodType, undefined).success,
    schema: schema(value as z.ZodType, 'input'),
  }));
}

function errorResponses(route: RouteDefinition): Json {
  const codes: ErrorCode[] = [
    'invalid-request',
    ...(route.permission === 'public' ? [] : (['not-signed-in'] as const)),
    ...(route.params ? (['not-allowed', 'not-found'] as const) : []),
    ...(route.errors ?? []),
  ];
  const byStatus = Map.groupBy(codes, (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}

function operationId(route: RouteDefinition): string {
  const words = `${route.method} ${route.path}`.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.filter((word) => word !== 'api' && word !== 'v1').join('-');
}

function schema(value: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(value, { io, unrepresentable: 'any' });
  return rest;
}
