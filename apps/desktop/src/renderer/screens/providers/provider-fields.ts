import { providerSettings, type ProviderSettings } from '@portolan/contract/providers';
import { Failure } from '@portolan/console/failure';

/** One field of the form of a provider. */
export interface ProviderField {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly initial?: string;
  readonly isSecret?: boolean;
}

export const PROVIDER_KINDS = [
  'internal',
  'oidc',
  'keycloak',
  'okta',
  'scim',
  'ldap',
] as const satisfies readonly ProviderSettings['kind'][];
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

export const PROVIDER_TITLES: Readonly<Record<ProviderKind, string>> = {
  internal: 'Users of Portolan itself',
  oidc: 'OpenID Connect (any issuer)',
  keycloak: 'Keycloak, users and groups synchronised',
  okta: 'Okta, users and groups synchronised',
  scim: 'SCIM, users and groups pushed by the provider',
  ldap: 'LDAP or Active Directory, users and groups synchronised',
};

/** Claims that identify the user of a token, with their usual names. */
const CLAIMS = [
  ['groups', 'Groups claim', 'groups'],
  ['userId', 'User ID claim', 'sub'],
  ['email', 'E-mail claim', 'email'],
  ['firstName', 'First name claim', 'given_name'],
  ['lastName', 'Last name claim', 'family_name'],
  ['company', 'Company claim', 'company'],
] as const;

const KEPT = 'Empty: the stored one stays.';

export const PROVIDER_FIELDS: Readonly<Record<ProviderKind, readonly ProviderField[]>> = {
  internal: [],
  keycloak: [
    { name: 'url', label: 'URL', help: 'Such as https://sso.example.com' },
    { name: 'realm', label: 'Realm' },
    { name: 'username', label: 'User name', help: 'Of an account that may read users and groups.' },
    { name: 'password', label: 'Password', isSecret: true, help: KEPT },
  ],
  okta: [
    { name: 'orgUrl', label: 'Org URL', help: 'Such as https://example.okta.com' },
    { name: 'issuerUrl', label: 'Issuer URL' },
    { name: 'token', label: 'API token', isSecret: true, help: KEPT },
  ],
  oidc: [
    { name: 'issuer', label: 'Issuer', help: 'Such as https://id.example.com' },
    { name: 'clientId', label: 'Client ID' },
    { name: 'clientSecret', label: 'Client secret', isSecret: true, help: KEPT },
    { name: 'scopes', label: 'Scopes', initial: 'openid, email, profile', help: 'Separated by commas.' },
    ...CLAIMS.map(([name, label, initial]) => ({ name, label, initial })),
  ],
  scim: [],
  ldap: [
    { name: 'url', label: 'URL', help: 'Such as ldaps://ldap.example.com' },
    { name: 'bindDn', label: 'Bind DN', help: 'Of an entry that may read users and groups.' },
    { name: 'bindPassword', label: 'Password', isSecret: true, help: KEPT },
    { name: 'baseDn', label: 'Base DN', help: 'Such as dc=example,dc=com' },
    { name: 'schema', label: 'Schema', initial: 'activeDirectory', help: 'activeDirectory or inetOrgPerson' },
  ],
};

/** Returns the settings of a form; throws Failure with the first field that is wrong. */
export function settingsOf(kind: ProviderKind, values: Readonly<Record<string, string>>): ProviderSettings {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== '');
  const names = new Set<string>(CLAIMS.map(([name]) => name));
  const claims = Object.fromEntries(given.filter(([name]) => names.has(name)));
  const { scopes, ...rest } = Object.fromEntries(given.filter(([name]) => !names.has(name)));
  const parsed = providerSettings.safeParse({
    kind,
    ...rest,
    ...(kind === 'oidc' ? { claims } : {}),
    ...(scopes === undefined ? {} : { scopes: scopes.split(',').map((scope) => scope.trim()) }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = PROVIDER_FIELDS[kind].find(({ name }) => name === String(issue?.path.at(-1)));
  throw new Failure(
    `${field?.label ?? 'The settings'}: ${issue?.message ?? 'not valid'}.`,
    'Correct it and try again.',
  );
}
