import { z } from 'zod';
import { workspaceParams } from './list.ts';
import { defineRoute, type RouteDefinition } from './route.ts';

const tag = 'SCIM';
const base = '/scim/v2/{workspace}';
const params = workspaceParams;
const withId = workspaceParams.extend({ id: z.string().max(200) });
const resource = z.record(z.string(), z.unknown());
const permission = 'scim';

/** Query of SCIM lists (RFC 7644 §3.4.2). Values that are not numbers count as absent. */
const projection = z.object({
  attributes: z.string().max(4000).optional().describe('Attributes to return, separated by commas'),
  excludedAttributes: z.string().max(4000).optional().describe('Attributes to leave out'),
});
const query = projection.extend({
  filter: z.string().max(4000).optional(),
  startIndex: z.coerce.number().int().catch(1).default(1).describe('Of the first resource, from 1'),
  count: z.coerce.number().int().catch(100).default(100).describe('Resources per page, at most 200'),
});
export type ScimQuery = z.output<typeof query>;

const listResponse = z.object({
  schemas: z.array(z.string()),
  totalResults: z.number().int(),
  startIndex: z.number().int(),
  itemsPerPage: z.number().int(),
  Resources: z.array(resource),
});

/** Body of PATCH (RFC 7644 §3.5.2). */
const patchBody = z.object({
  schemas: z.array(z.string()).optional(),
  Operations: z
    .array(z.object({ op: z.string(), path: z.string().max(2000).optional(), value: z.unknown().optional() }))
    .min(1)
    .max(1000),
});

function discovery<const P extends string>(path: P, summary: string) {
  return defineRoute({
    method: 'GET',
    path: `${base}/${path}`,
    permission,
    summary,
    tag,
    params,
    response: resource,
    status: 200,
  });
}

export const getServiceProviderConfig = discovery(
  'ServiceProviderConfig',
  'Get the capabilities of the endpoint',
);
export const listResourceTypes = discovery('ResourceTypes', 'List the resource types');
export const listSchemas = discovery('Schemas', 'List the schemas');
export const getResourceType = defineRoute({
  ...listResourceTypes,
  path: `${base}/ResourceTypes/{id}`,
  summary: 'Get a resource type',
  params: withId,
});
export const getSchema = defineRoute({
  ...listSchemas,
  path: `${base}/Schemas/{id}`,
  summary: 'Get a schema',
  params: withId,
});

function collection<const P extends 'Users' | 'Groups'>(path: P, noun: string) {
  const common = { permission, tag } as const;
  return {
    list: defineRoute({
      ...common,
      method: 'GET',
      path: `${base}/${path}`,
      summary: `List provisioned ${noun}s`,
      params,
      query,
      response: listResponse,
      status: 200,
    }),
    create: defineRoute({
      ...common,
      method: 'POST',
      path: `${base}/${path}`,
      summary: `Provision a ${noun}`,
      params,
      query: projection,
      body: resource,
      response: resource,
      status: 201,
    }),
    get: defineRoute({
      ...common,
      method: 'GET',
      path: `${base}/${path}/{id}`,
      summary: `Get a provisioned ${noun}`,
      params: withId,
      query: projection,
      response: resource,
      status: 200,
    }),
    replace: defineRoute({
      ...common,
      method: 'PUT',
      path: `${base}/${path}/{id}`,
      summary: `Replace a provisioned ${noun}`,
      params: withId,
      query: projection,
      body: resource,
      response: resource,
      status: 200,
    }),
    patch: defineRoute({
      ...common,
      method: 'PATCH',
      path: `${base}/${path}/{id}`,
      summary: `Change a provisioned ${noun} by operations`,
      params: withId,
      query: projection,
      body: patchBody,
      response: resource,
      status: 200,
    }),
    remove: defineRoute({
      ...common,
      method: 'DELETE',
      path: `${base}/${path}/{id}`,
      summary: `Delete a provisioned ${noun}`,
      params: withId,
      status: 204,
    }),
  } as const satisfies Record<string, RouteDefinition>;
}

export const scimUsers = collection('Users', 'user');
export const scimGroups = collection('Groups', 'group');
