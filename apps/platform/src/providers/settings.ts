import { providerSettings, type ProviderSettings, type SignInSettings } from '@portolan/contract/providers';
import { AppError } from '../app-error.ts';
import type { Platform } from '../platform.ts';
import type { Outbound } from '../http/outbound.ts';
import type { Connector } from './connectors/connector.ts';
import { keycloakConnector } from './connectors/keycloak.ts';
import { ldapConnector } from './connectors/ldap-connector.ts';
import { oidcConnector } from './connectors/oidc-connector.ts';
import { oktaConnector } from './connectors/okta.ts';
import { scimConnector } from './connectors/scim-connector.ts';

export type ExternalSettings = Exclude<ProviderSettings, { kind: 'internal' }>;

/** Returns the settings of an external provider. @throws AppError `invalid-request` for the internal one. */
export function externalSettings(settings: unknown): ExternalSettings {
  const parsed = providerSettings.parse(settings);
  if (parsed.kind !== 'internal') return parsed;
  throw new AppError('invalid-request', 'This operation does not apply to the internal provider.', {
    fix: 'Specify the settings of an external provider.',
  });
}

/**
 * Returns the id of a provider. It is derived from kind and address, so that a provider that is configured again keeps its
 * users.
 */
export function providerId(settings: ProviderSettings): string {
  switch (settings.kind) {
    case 'internal':
      return 'internal';
    case 'keycloak':
      return `keycloak:${settings.realm}@${placeOf(settings.url)}`;
    case 'okta':
      return `okta:${placeOf(settings.orgUrl)}`;
    case 'oidc':
      return `oidc:${settings.clientId}@${placeOf(settings.issuer)}`;
    case 'scim':
      return 'scim';
    case 'ldap':
      return `ldap:${settings.baseDn.toLowerCase()}@${placeOf(settings.url)}`;
  }
}

function placeOf(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`.replace(/\/$/, '');
}

/** Returns all URLs that a provider's secrets are sent to. */
function destinationsOf(settings: ExternalSettings): string[] {
  switch (settings.kind) {
    case 'keycloak':
      return [settings.url];
    case 'okta':
      return [settings.orgUrl, settings.issuerUrl];
    case 'oidc':
      return [settings.issuer];
    case 'scim':
      return settings.signIn ? [settings.signIn.issuer] : [];
    case 'ldap':
      return [settings.url, String(settings.startTls), settings.certificateAuthority ?? ''];
  }
}

/**
 * Returns whether stored secrets may be used with changed settings: only if every URL that they are sent to is unchanged,
 * including its scheme.
 */
export function mayKeepSecrets(stored: unknown, settings: ExternalSettings): boolean {
  const before = providerSettings.safeParse(stored).data;
  if (!before || before.kind === 'internal') return false;
  const [was, is] = [destinationsOf(before), destinationsOf(settings)];
  return was.length === is.length && was.every((address, i) => address === is[i]);
}

export interface ProviderSecrets {
  /** Secret of the client or administrator that Portolan uses. */
  readonly secret?: string | undefined;
  /** Secret of the client that users sign in with, if different. */
  readonly signInSecret?: string | undefined;
}

/** Splits settings into secrets and the rest. */
export function splitSecrets(
  settings: ExternalSettings,
): { readonly plain: Record<string, unknown> } & ProviderSecrets {
  switch (settings.kind) {
    case 'keycloak': {
      const { password, ...rest } = settings;
      return { secret: password, ...splitSignIn(rest) };
    }
    case 'okta': {
      const { token, ...rest } = settings;
      return { secret: token, ...splitSignIn(rest) };
    }
    case 'oidc': {
      const { clientSecret, ...plain } = settings;
      return { plain, secret: clientSecret };
    }
    case 'scim':
      return splitSignIn(settings);
    case 'ldap': {
      const { bindPassword, ...plain } = settings;
      return { plain, secret: bindPassword };
    }
  }
}

function splitSignIn({ signIn, ...rest }: { readonly signIn?: SignInSettings | undefined }) {
  if (!signIn) return { plain: rest, signInSecret: undefined };
  const { clientSecret, ...plain } = signIn;
  return { plain: { ...rest, signIn: plain }, signInSecret: clientSecret };
}

/** Returns the connector of a provider. @throws AppError `invalid-request` when its secret is missing. */
export function connectorOf(
  outbound: Outbound,
  settings: ExternalSettings,
  { secret, signInSecret }: ProviderSecrets,
): Connector {
  if (settings.kind === 'oidc') return oidcConnector(outbound, { ...settings, clientSecret: secret });
  if (settings.kind === 'scim')
    return scimConnector(outbound, settings.signIn && { ...settings.signIn, clientSecret: signInSecret });
  if (!secret) {
    const field = { keycloak: 'password', okta: 'token', ldap: 'bindPassword' }[settings.kind];
    throw new AppError('invalid-request', `The ${field} of the identity provider is missing.`, {
      fields: [{ field: `settings.${field}`, message: 'required: none is stored' }],
    });
  }
  if (settings.kind === 'ldap') return ldapConnector(outbound, { ...settings, bindPassword: secret });
  const signIn = settings.signIn && { ...settings.signIn, clientSecret: signInSecret };
  return settings.kind === 'keycloak'
    ? keycloakConnector(outbound, { ...settings, password: secret, signIn })
    : oktaConnector(outbound, { ...settings, token: secret, signIn });
}

/** Returns the context that binds a provider's sealed secret to its row. */
function contextOf(workspace: string, id: string): string {
  return `provider:${workspace}:${id}`;
}

interface Place {
  readonly workspace: string;
  readonly id: string;
}

export function sealSecret({ sealer }: Pick<Platform, 'sealer'>, place: Place, secret: string): string {
  return sealer.seal(secret, contextOf(place.workspace, place.id));
}

export function openSecret(
  { sealer }: Pick<Platform, 'sealer'>,
  place: Place,
  sealed: string | null | undefined,
): string | undefined {
  return sealed ? sealer.open(sealed, contextOf(place.workspace, place.id)) : undefined;
}
