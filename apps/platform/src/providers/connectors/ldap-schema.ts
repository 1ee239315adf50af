import type { LDAP_SCHEMAS } from '@portolan/contract/providers';
import type { Entry } from 'ldapts';
import type { ExternalUser } from './connector.ts';

type SchemaName = (typeof LDAP_SCHEMAS)[number];

/** Where a directory has what is read of users and groups. */
export interface LdapSchema {
  readonly userFilter: string;
  readonly groupFilter: string;
  /** Attribute that identifies an entry for good; a UUID in binary or text form. */
  readonly id: string;
  /** Attributes that people sign in with, the usual one first. */
  readonly names: readonly string[];
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  /** Attributes of groups with distinguished names of members, and with their user names. */
  readonly members: readonly string[];
  readonly memberNames: readonly string[];
  /** Attributes that say whether a user is disabled. */
  readonly state: readonly string[];
}

/** Schemas by name: Active Directory (MS-ADSC), and inetOrgPerson (RFC 2798) with groups of RFC 4519 and RFC 2307. */
export const SCHEMAS: Readonly<Record<SchemaName, LdapSchema>> = {
  activeDirectory: {
    userFilter: '(&(objectCategory=person)(objectClass=user))',
    groupFilter: '(objectClass=group)',
    id: 'objectGUID',
    names: ['sAMAccountName', 'userPrincipalName', 'mail'],
    email: 'mail',
    firstName: 'givenName',
    lastName: 'sn',
    company: 'company',
    members: ['member'],
    memberNames: [],
    state: ['userAccountControl'],
  },
  inetOrgPerson: {
    userFilter: '(objectClass=inetOrgPerson)',
    groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
    id: 'entryUUID',
    names: ['uid', 'mail'],
    email: 'mail',
    firstName: 'givenName',
    lastName: 'sn',
    company: 'o',
    members: ['member', 'uniqueMember'],
    memberNames: ['memberUid'],
    state: ['pwdAccountLockedTime', 'nsAccountLock'],
  },
};

/** UF_ACCOUNTDISABLE of userAccountControl (MS-ADTS §2.2.16). */
const ACCOUNT_DISABLED = 0x2;
/** Value of pwdAccountLockedTime for an account that only an administrator unlocks (draft-behera-ldap-password-policy §5.3.3). */
const LOCKED_FOR_GOOD = '000001010000Z';

/** Returns the values of an attribute as texts. */
export function valuesOf(entry: Entry, attribute: string): string[] {
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  const values = key === undefined ? [] : [entry[key] ?? []].flat();
  return values.map((value) => (typeof value === 'string' ? value : value.toString('utf8')));
}

/** Returns the id of an entry; empty when the directory does not show it. */
export function entryId(entry: Entry, { id }: LdapSchema): string {
  const value = [entry[id] ?? []].flat()[0];
  if (value === undefined) return '';
  if (typeof value !== 'string' && id === 'objectGUID') return formatGuid(value);
  return value.toString();
}

/** Returns a binary GUID as text: its first three fields are little-endian (MS-DTYP §2.3.4.2). */
export function formatGuid(bytes: Buffer): string {
  if (bytes.length !== 16) return bytes.toString('hex');
  const hex = (...order: readonly number[]) => order.map((at) => bytes.toString('hex', at, at + 1)).join('');
  return [hex(3, 2, 1, 0), hex(5, 4), hex(7, 6), hex(8, 9), hex(10, 11, 12, 13, 14, 15)].join('-');
}

/** Returns the user of an entry. */
export function userOf(entry: Entry, schema: LdapSchema): ExternalUser {
  const first = (attribute: string) => valuesOf(entry, attribute)[0] ?? '';
  return {
    id: entryId(entry, schema),
    username: first(schema.names[0] ?? '') || entry.dn,
    email: first(schema.email),
    firstName: first(schema.firstName),
    lastName: first(schema.lastName),
    company: first(schema.company),
    isEnabled: !isDisabled(entry),
  };
}

function isDisabled(entry: Entry): boolean {
  const [control] = valuesOf(entry, 'userAccountControl');
  if (control !== undefined && (Number(control) & ACCOUNT_DISABLED) !== 0) return true;
  const [locked] = valuesOf(entry, 'nsAccountLock');
  return (
    locked?.toLowerCase() === 'true' || valuesOf(entry, 'pwdAccountLockedTime').includes(LOCKED_FOR_GOOD)
  );
}

/** Returns the attributes to ask for of users, and those among them that are binary. */
export function userAttributes(schema: LdapSchema): string[] {
  const { id, names, email, firstName, lastName, company, state } = schema;
  return [...new Set([id, ...names, email, firstName, lastName, company, ...state])];
}
