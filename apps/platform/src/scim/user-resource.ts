import { email } from '@portolan/contract/list';
import { clean } from '../providers/clean.ts';
import { ScimError } from '../http/scim-error.ts';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from './attributes.ts';
import { isObject, without, type Attributes } from './resource.ts';
import type { ScimUserRow } from './user-store.ts';

/** A user as a client wants it, split into columns and other attributes. */
export interface WantedUser {
  readonly userName: string;
  readonly externalId: string | null;
  readonly isActive: boolean;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly attributes: Attributes;
}

/** Returns the attributes of a user that clients write, for PATCH. */
export function writableUser(row: ScimUserRow): Attributes {
  return {
    ...row.attributes,
    userName: row.userName,
    active: row.isActive,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
  };
}

/**
 * Returns the columns and attributes of a user. Users need an e-mail address: the primary one, else the first, else a user name
 * that is one.
 * @throws ScimError `invalidValue`.
 */
export function wantedUser(resource: Attributes): WantedUser {
  const userName = textOf(resource['userName']).trim();
  if (userName === '') throw new ScimError('invalidValue', 'A user needs a userName.');
  const name = isObject(resource['name']) ? resource['name'] : {};
  const extension = isObject(resource[ENTERPRISE_SCHEMA]) ? resource[ENTERPRISE_SCHEMA] : {};
  const firstName = clean(textOf(name['givenName']));
  const lastName = clean(textOf(name['familyName']));
  const fullName = clean(textOf(name['formatted']) || textOf(resource['displayName']));
  const externalId = textOf(resource['externalId']);
  return {
    userName,
    externalId: externalId === '' ? null : externalId,
    isActive: resource['active'] !== false,
    email: addressOf(resource, userName),
    firstName: firstName === '' && lastName === '' ? fullName : firstName,
    lastName,
    company: clean(textOf(extension['organization'])),
    attributes: ['userName', 'externalId', 'active'].reduce(without, resource),
  };
}

function addressOf(resource: Attributes, userName: string): string {
  const emails = Array.isArray(resource['emails']) ? resource['emails'].filter(isObject) : [];
  const preferred = emails.find((one) => one['primary'] === true) ?? emails[0];
  const given = textOf(preferred?.['value']).trim() || userName;
  const parsed = email.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ScimError(
    'invalidValue',
    `The user ${clean(userName)} needs an e-mail address in emails; ${clean(given)} is not one.`,
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Returns a user as a SCIM resource. `base` is the URL of the endpoint. */
export function userResource(row: ScimUserRow, base: string): Attributes {
  const attributes = writableUser(row);
  return {
    schemas: [USER_SCHEMA, ...(ENTERPRISE_SCHEMA in attributes ? [ENTERPRISE_SCHEMA] : [])],
    id: row.id,
    ...attributes,
    groups: row.groups.map((group) => ({
      ...group,
      $ref: `${base}/Groups/${group.value}`,
      type: 'direct',
    })),
    meta: {
      resourceType: 'User',
      created: row.createdAt.toISOString(),
      lastModified: row.updatedAt.toISOString(),
      location: `${base}/Users/${row.id}`,
      version: entityTag(row),
    },
  };
}

/** Returns the weak entity tag of a user (RFC 7644 §3.14). */
export function entityTag({ version }: Pick<ScimUserRow, 'version'>): string {
  return `W/"${version}"`;
}
