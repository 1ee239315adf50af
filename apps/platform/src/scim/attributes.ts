import { ScimError } from '../http/scim-error.ts';

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export type ResourceType = 'User' | 'Group';

/** Definition of an attribute (RFC 7643 §7). */
export interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'reference' | 'dateTime' | 'complex';
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite';
  readonly returned: 'always' | 'default';
  readonly uniqueness: 'none' | 'server';
  readonly subAttributes?: readonly Attribute[];
}

type Options = Partial<Omit<Attribute, 'name' | 'description'>>;

function attribute(name: string, description: string, options: Options = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...options,
  };
}

function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  options: Options = {},
) {
  return attribute(name, description, { ...options, type: 'complex', subAttributes });
}

/** Multi-valued attribute with the usual sub-attributes (RFC 7643 §2.4). */
function list(name: string, description: string, valueType: 'string' | 'reference' = 'string'): Attribute {
  return complex(
    name,
    description,
    [
      attribute('value', 'Value of the element.', { type: valueType }),
      attribute('display', 'Name for display.'),
      attribute('type', 'Label for the function of the element, such as work.'),
      attribute('primary', 'Whether it is the preferred element.', { type: 'boolean' }),
    ],
    { multiValued: true },
  );
}

const readOnly = { mutability: 'readOnly' } as const;

/** Attributes that every resource has (RFC 7643 §3.1); they are not listed in the schemas. */
const COMMON: readonly Attribute[] = [
  attribute('id', 'Identifier given by the platform.', { ...readOnly, caseExact: true, returned: 'always' }),
  attribute('externalId', 'Identifier given by the provisioning client.', { caseExact: true }),
  complex(
    'meta',
    'Metadata of the resource.',
    [
      attribute('resourceType', 'Type of the resource.', { ...readOnly, caseExact: true }),
      attribute('created', 'Time of its creation.', { ...readOnly, type: 'dateTime' }),
      attribute('lastModified', 'Time of its latest change.', { ...readOnly, type: 'dateTime' }),
      attribute('location', 'URL of the resource.', { ...readOnly, type: 'reference', caseExact: true }),
      attribute('version', 'Entity tag of the resource.', { ...readOnly, caseExact: true }),
    ],
    readOnly,
  ),
];

/** User of RFC 7643 §4.1. Passwords are not part of it: users sign in at the provider. */
export const USER_ATTRIBUTES: readonly Attribute[] = [
  attribute('userName', 'Name that the user signs in with.', { required: true, uniqueness: 'server' }),
  complex('name', 'Parts of the name.', [
    attribute('formatted', 'Full name.'),
    attribute('familyName', 'Family name.'),
    attribute('givenName', 'Given name.'),
    attribute('middleName', 'Middle names.'),
    attribute('honorificPrefix', 'Title before the name.'),
    attribute('honorificSuffix', 'Suffix after the name.'),
  ]),
  attribute('displayName', 'Name for display.'),
  attribute('nickName', 'Casual name.'),
  attribute('profileUrl', 'URL of a profile page.', { type: 'reference' }),
  attribute('title', 'Job title.'),
  attribute('userType', 'Relation to the organisation, such as Contractor.'),
  attribute('preferredLanguage', 'Preferred languages, as in Accept-Language.'),
  attribute('locale', 'Locale of numbers, dates and currency.'),
  attribute('timezone', 'Time zone, such as Europe/Berlin.'),
  attribute('active', 'Whether the user may sign in and use API keys.', { type: 'boolean' }),
  list('emails', 'E-mail addresses; the primary one identifies the user to administrators.'),
  list('phoneNumbers', 'Phone numbers.'),
  list('ims', 'Instant messaging addresses.'),
  list('photos', 'URLs of photos.', 'reference'),
  complex(
    'addresses',
    'Postal addresses.',
    [
      attribute('formatted', 'Whole address.'),
      attribute('streetAddress', 'Street and number.'),
      attribute('locality', 'City.'),
      attribute('region', 'State or region.'),
      attribute('postalCode', 'Postal code.'),
      attribute('country', 'Country code.'),
      attribute('type', 'Label for the function of the element, such as work.'),
      attribute('primary', 'Whether it is the preferred element.', { type: 'boolean' }),
    ],
    { multiValued: true },
  ),
  complex(
    'groups',
    'Groups of the user; changed through the groups.',
    [
      attribute('value', 'Identifier of the group.', readOnly),
      attribute('$ref', 'URL of the group.', { ...readOnly, type: 'reference' }),
      attribute('display', 'Name of the group.', readOnly),
      attribute('type', 'Kind of the membership.', readOnly),
    ],
    { ...readOnly, multiValued: true },
  ),
  list('entitlements', 'Entitlements.'),
  list('roles', 'Roles.'),
];

/** Enterprise extension of RFC 7643 §4.3. */
export const ENTERPRISE_ATTRIBUTES: readonly Attribute[] = [
  attribute('employeeNumber', 'Employee number.'),
  attribute('costCenter', 'Cost centre.'),
  attribute('organization', 'Organisation; shown as the company of the user.'),
  attribute('division', 'Division.'),
  attribute('department', 'Department.'),
  complex('manager', 'Manager of the user.', [
    attribute('value', 'Identifier of the manager.'),
    attribute('$ref', 'URL of the manager.', { type: 'reference' }),
    attribute('displayName', 'Name of the manager.', readOnly),
  ]),
];

/** Group of RFC 7643 §4.2. */
export const GROUP_ATTRIBUTES: readonly Attribute[] = [
  attribute('displayName', 'Name of the group, which resources refer to.', {
    required: true,
    caseExact: true,
    uniqueness: 'server',
  }),
  complex(
    'members',
    'Users in the group.',
    [
      attribute('value', 'Identifier of the user.', { caseExact: true }),
      attribute('$ref', 'URL of the user.', { type: 'reference' }),
      attribute('display', 'Name of the user.'),
      attribute('type', 'Type of the member: User.'),
    ],
    { multiValued: true },
  ),
];

/** Place of an attribute in a resource. */
export interface ResolvedPath {
  /** URN of the extension that holds the attribute; null for the core schema and common attributes. */
  readonly extension: string | null;
  /** Null: the whole extension. */
  readonly attribute: Attribute | null;
  readonly sub: Attribute | null;
}

/** Returns the attributes of a resource type and its extension. */
export function attributesOf(type: ResourceType, extension: string | null = null): readonly Attribute[] {
  if (extension !== null) return type === 'User' ? ENTERPRISE_ATTRIBUTES : [];
  return [...COMMON, ...(type === 'User' ? USER_ATTRIBUTES : GROUP_ATTRIBUTES)];
}

/** Finds an attribute by its name in any case (RFC 7643 §2.1). */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((one) => one.name.toLowerCase() === wanted);
}

/**
 * Resolves an attribute path such as `name.familyName` or `urn:…:enterprise:2.0:User:department` (RFC 7644 §3.10). Returns
 * undefined for attributes that this server does not have.
 */
export function resolvePath(type: ResourceType, path: string): ResolvedPath | undefined {
  const { extension, rest } = splitUrn(type, path);
  if (rest === '') return extension === null ? undefined : { extension, attribute: null, sub: null };
  const [name = '', subName, ...more] = rest.split('.');
  const found = findAttribute(attributesOf(type, extension), name);
  if (!found || more.length > 0) return undefined;
  if (subName === undefined) return { extension, attribute: found, sub: null };
  const sub = findAttribute(found.subAttributes ?? [], subName);
  return sub && { extension, attribute: found, sub };
}

/** Resolves an attribute path. @throws ScimError `invalidPath`. */
export function requirePath(type: ResourceType, path: string): ResolvedPath {
  const resolved = resolvePath(type, path);
  if (resolved) return resolved;
  throw new ScimError('invalidPath', `${type} has no attribute ${path.slice(0, 200)}.`);
}

function splitUrn(type: ResourceType, path: string): { extension: string | null; rest: string } {
  const core = type === 'User' ? USER_SCHEMA : GROUP_SCHEMA;
  for (const urn of [core, ENTERPRISE_SCHEMA]) {
    if (!path.toLowerCase().startsWith(urn.toLowerCase())) continue;
    const rest = path.slice(urn.length);
    if (rest !== '' && !/^[:.]/.test(rest)) continue;
    return { extension: urn === core ? null : urn, rest: rest.slice(1) };
  }
  return { extension: null, rest: path };
}
