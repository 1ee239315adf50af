import type { ProviderSettings } from '@portolan/contract/providers';
import { AppError } from '../http/app-error.ts';
import type { Platform } from '../platform.ts';
import type { Connector } from './connectors/connector.ts';
import { keycloakConnector } from './connectors/keycloak.ts';
import { oidcConnector } from './connectors/oidc.ts';
import { oktaConnector } from './connectors/okta.ts';

export type ExternalSettings = Exclude<ProviderSettings, { kind: 'internal' }>;

/** Made of kind and place, so that the same provider, set up again, finds its users again. */
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
  }
}

function placeOf(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`.replace(/\/$/, '');
}

/** Settings without their secret, and the secret. */
export function splitSecret(settings: ExternalSettings): {
  readonly plain: Record<string, unknown>;
  readonly secret: string | undefined;
} {
  switch (settings.kind) {
    case 'keycloak': {
      const { password, ...plain } = settings;
      return { plain, secret: password };
    }
    case 'okta': {
      const { token, ...plain } = settings;
      return { plain, secret: token };
    }
    case 'oidc': {
      const { clientSecret, ...plain } = settings;
      return { plain, secret: clientSecret };
    }
  }
}

/** How to talk to the provider. */
export function connectorOf(settings: ExternalSettings, secret: string | undefined): Connector {
  if (settings.kind === 'oidc') return oidcConnector(settings);
  if (!secret) {
    const field = settings.kind === 'keycloak' ? 'password' : 'token';
    throw new AppError('invalid-request', `The ${field} of the provider is missing.`, {
      fields: [{ field: `settings.${field}`, message: 'missing, and none is stored' }],
    });
  }
  return settings.kind === 'keycloak'
    ? keycloakConnector({ ...settings, password: secret })
    : oktaConnector({ ...settings, token: secret });
}

/** Text that a provider's sealed secret is tied to. */
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
