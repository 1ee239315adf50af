import {
  ENTERPRISE_ATTRIBUTES,
  ENTERPRISE_SCHEMA,
  GROUP_ATTRIBUTES,
  GROUP_SCHEMA,
  USER_ATTRIBUTES,
  USER_SCHEMA,
  type Attribute,
} from './attributes.ts';
import type { Attributes } from './resource.ts';

/** Largest number of resources in one page. */
export const PAGE_MAX = 200;

/** Returns the capabilities of the endpoint (RFC 7643 §5). */
export function serviceProviderConfig(base: string): Attributes {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: PAGE_MAX },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A SCIM token of the workspace in the Authorization header (RFC 6750).',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

/** Returns the resource types (RFC 7643 §6). */
export function resourceTypes(base: string): Attributes[] {
  const type = (id: string, schema: string, extension: string | null): Attributes => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id,
    name: id,
    endpoint: `/${id}s`,
    schema,
    ...(extension === null ? {} : { schemaExtensions: [{ schema: extension, required: false }] }),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${id}` },
  });
  return [type('User', USER_SCHEMA, ENTERPRISE_SCHEMA), type('Group', GROUP_SCHEMA, null)];
}

/** Returns the schemas (RFC 7643 §7). */
export function schemas(base: string): Attributes[] {
  const schema = (id: string, name: string, attributes: readonly Attribute[]): Attributes => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id,
    name,
    attributes: attributes.map(attributeView),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  });
  return [
    schema(USER_SCHEMA, 'User', USER_ATTRIBUTES),
    schema(GROUP_SCHEMA, 'Group', GROUP_ATTRIBUTES),
    schema(ENTERPRISE_SCHEMA, 'EnterpriseUser', ENTERPRISE_ATTRIBUTES),
  ];
}

function attributeView({ subAttributes, ...attribute }: Attribute): Attributes {
  return subAttributes === undefined
    ? { ...attribute }
    : { ...attribute, subAttributes: subAttributes.map(attributeView) };
}
