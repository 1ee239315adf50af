import * as contract from '@portolan/contract/scim';
import type { ScimQuery } from '@portolan/contract/scim';
import * as tokens from '@portolan/contract/scim-tokens';
import { notFound } from '../app-error.ts';
import { mount } from '../http/mount.ts';
import type { Api, CreateCapability } from '../platform.ts';
import type { ResourceType } from './attributes.ts';
import { PAGE_MAX, resourceTypes, schemas, serviceProviderConfig } from './service-provider-config.ts';
import { filterToSql, type FilterSource } from './filter-store.ts';
import { parseFilter } from './filter.ts';
import {
  changeScimGroup,
  createScimGroup,
  deleteScimGroup,
  getScimGroup,
  groupResource,
} from './group-service.ts';
import { countScimGroups, GROUP_SOURCE, listScimGroups } from './group-store.ts';
import { mountScim, type ScimAnswer } from './mount.ts';
import { namesTag } from './preconditions.ts';
import { project, wants, type Attributes, type Projection } from './resource.ts';
import { createScimToken, revokeScimToken } from './token-service.ts';
import { listTokenRows } from './token-store.ts';
import { entityTag, userResource } from './user-resource.ts';
import { changeScimUser, createScimUser, deleteScimUser, getScimUser } from './user-service.ts';
import { countScimUsers, listScimUsers, USER_SOURCE, type ScimUserRow } from './user-store.ts';

/** SCIM 2.0 endpoint of each workspace (RFC 7643, RFC 7644), and the tokens of its clients. */
export const scim: CreateCapability = () => ({
  routes(api) {
    mountTokens(api);
    mountDiscovery(api);
    mountUsers(api);
    mountGroups(api);
  },
});

function mountTokens(api: Api): void {
  const endpointOf = (baseUrl: string, workspace: string) => `${baseUrl}/scim/v2/${workspace}`;
  mount(api, tokens.listScimTokens, async ({ workspace, baseUrl }, { tx }) => ({
    items: await listTokenRows(tx, workspace.id),
    endpoint: endpointOf(baseUrl, workspace.id),
  }));
  mount(api, tokens.createScimToken, async ({ workspace, body, baseUrl, principal }, work) => ({
    ...(await createScimToken(work, workspace.id, { ...body, createdBy: principal.account.email })),
    endpoint: endpointOf(baseUrl, workspace.id),
  }));
  mount(api, tokens.revokeScimToken, ({ workspace, params }, work) =>
    revokeScimToken(work, workspace.id, params.scimToken),
  );
}

function mountDiscovery(api: Api): void {
  mountScim(api, contract.getServiceProviderConfig, async ({ base }) => ({
    body: serviceProviderConfig(base),
  }));
  mountScim(api, contract.listResourceTypes, async ({ base }) => ({ body: wholeList(resourceTypes(base)) }));
  mountScim(api, contract.listSchemas, async ({ base }) => ({ body: wholeList(schemas(base)) }));
  mountScim(api, contract.getResourceType, async ({ base, params }) => one(resourceTypes(base), params.id));
  mountScim(api, contract.getSchema, async ({ base, params }) => one(schemas(base), params.id));
}

function one(all: readonly Attributes[], id: string): ScimAnswer {
  const body = all.find((each) => String(each['id']).toLowerCase() === id.toLowerCase());
  if (!body) throw notFound(`resource ${id}`);
  return { body };
}

function mountUsers(api: Api): void {
  const { list, get, create, replace, patch, remove } = contract.scimUsers;
  const answer = (row: ScimUserRow, base: string, wanted: Projection): ScimAnswer => ({
    body: project('User', userResource(row, base), wanted),
    headers: { etag: entityTag(row), location: `${base}/Users/${row.id}` },
  });
  mountScim(api, list, async ({ workspace, base, query }, { tx }) => {
    const { filter, offset, limit } = sliceOf(query, USER_SOURCE);
    const rows = limit === 0 ? [] : await listScimUsers(tx, workspace, { filter, offset, limit });
    const total = await countScimUsers(tx, workspace, filter);
    return {
      body: listOf(
        'User',
        rows.map((row) => userResource(row, base)),
        { query, offset, total },
      ),
    };
  });
  mountScim(api, get, async ({ workspace, base, params, query, header }, work) => {
    const row = await getScimUser(work, workspace, params.id);
    const seen = header('if-none-match');
    if (seen !== undefined && namesTag(seen, entityTag(row))) return { status: 304 };
    return answer(row, base, query);
  });
  mountScim(api, create, async ({ workspace, base, body, query }, work) =>
    answer(await createScimUser(work, workspace, body), base, query),
  );
  mountScim(api, replace, async ({ workspace, base, params, query, body, header }, work) => {
    const change = { id: params.id, ifMatch: header('if-match'), change: { replacement: body } };
    return answer(await changeScimUser(work, workspace, change), base, query);
  });
  mountScim(api, patch, async ({ workspace, base, params, query, body, header }, work) => {
    const change = { id: params.id, ifMatch: header('if-match'), change: { operations: body.Operations } };
    return answer(await changeScimUser(work, workspace, change), base, query);
  });
  mountScim(api, remove, async ({ workspace, params }, work) => {
    await deleteScimUser(work, workspace, params.id);
    return {};
  });
}

function mountGroups(api: Api): void {
  const { list, get, create, replace, patch, remove } = contract.scimGroups;
  mountScim(api, list, async ({ workspace, base, query }, { tx }) => {
    const { filter, offset, limit } = sliceOf(query, GROUP_SOURCE);
    const withMembers = wants('Group', 'members', query);
    const rows =
      limit === 0 ? [] : await listScimGroups(tx, workspace, { filter, offset, limit, withMembers });
    const total = await countScimGroups(tx, workspace, filter);
    return {
      body: listOf(
        'Group',
        rows.map((row) => groupResource(row, base)),
        { query, offset, total },
      ),
    };
  });
  mountScim(api, get, async ({ workspace, base, params, query }, work) => {
    const withMembers = wants('Group', 'members', query);
    const row = await getScimGroup(work, workspace, { id: params.id, withMembers });
    return { body: project('Group', groupResource(row, base), query) };
  });
  mountScim(api, create, async ({ workspace, base, body, query }, work) => {
    const row = await createScimGroup(work, workspace, body);
    const headers = { location: `${base}/Groups/${row.id}` };
    return { body: project('Group', groupResource(row, base), query), headers };
  });
  mountScim(api, replace, async ({ workspace, base, params, query, body }, work) => {
    const row = await changeScimGroup(work, workspace, { id: params.id, change: { replacement: body } });
    return { body: project('Group', groupResource(row, base), query) };
  });
  // 204 unless attributes are asked for (RFC 7644 §3.5.2): groups can be large, and Microsoft Entra advises against a body.
  mountScim(api, patch, async ({ workspace, base, params, query, body }, work) => {
    const row = await changeScimGroup(work, workspace, {
      id: params.id,
      change: { operations: body.Operations },
    });
    if (query.attributes === undefined) return { status: 204 };
    return { body: project('Group', groupResource(row, base), query) };
  });
  mountScim(api, remove, async ({ workspace, params }, work) => {
    await deleteScimGroup(work, workspace, params.id);
    return {};
  });
}

/** Returns what to read for a page (RFC 7644 §3.4.2.4): numbers below their minimum count as it. */
function sliceOf({ filter, startIndex, count }: ScimQuery, source: FilterSource) {
  const parsed = filter === undefined ? undefined : filterToSql(source, parseFilter(filter));
  const limit = Math.min(Math.max(count, 0), PAGE_MAX);
  return { filter: parsed, offset: Math.max(startIndex, 1) - 1, limit };
}

function listOf(
  type: ResourceType,
  resources: readonly Attributes[],
  { query, offset, total }: { readonly query: Projection; readonly offset: number; readonly total: number },
): Attributes {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex: offset + 1,
    itemsPerPage: resources.length,
    Resources: resources.map((resource) => project(type, resource, query)),
  };
}

function wholeList(resources: readonly Attributes[]): Attributes {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
