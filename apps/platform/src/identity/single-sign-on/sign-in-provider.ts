import { providerSettings, type ClaimMapping, type ProviderSettings } from '@portolan/contract/providers';
import { AppError } from '../../app-error.ts';
import type { Platform } from '../../platform.ts';
import { realmIssuer } from '../../providers/connectors/keycloak.ts';
import { activeProvider } from '../../providers/service.ts';

/** Client registration of Portolan at a workspace's OpenID provider. */
export interface SignInProvider {
  /** Id of the identity provider in the workspace. */
  readonly id: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly mapping: ClaimMapping;
  readonly secret: string | undefined;
  /** Whether users and groups are also synchronised from the provider; otherwise sign-ins are the only source of them. */
  readonly isListed: boolean;
  /** Whether only users whom the provider has sent may sign in, as it described them. */
  readonly isProvisioned: boolean;
}

/** Claims that a workspace's provider returned for a person. */
export interface ProviderClaims {
  readonly workspace: string;
  readonly provider: SignInProvider;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly remoteAddress: string | null;
}

type Parts = Pick<Platform, 'db' | 'sealer'>;

/**
 * Returns the provider that people of a workspace sign in at; undefined for the internal provider, or if no client is
 * configured.
 */
export async function findSignInProvider(
  platform: Parts,
  workspace: string,
): Promise<SignInProvider | undefined> {
  const active = await activeProvider(platform, workspace);
  const settings = providerSettings.safeParse(active?.settings).data;
  if (!active || !settings || settings.kind === 'internal' || settings.kind === 'ldap') return undefined;
  const { id } = active;
  if (settings.kind === 'oidc') {
    const { issuer, clientId, scopes, claims } = settings;
    return {
      id,
      issuer,
      clientId,
      scopes,
      mapping: claims,
      secret: active.secret,
      isListed: false,
      isProvisioned: false,
    };
  }
  if (!settings.signIn) return undefined;
  const { clientId, scopes, claims } = settings.signIn;
  const issuer = issuerOf(settings);
  const isProvisioned = settings.kind === 'scim';
  const secret = active.signInSecret;
  return { id, issuer, clientId, scopes, mapping: claims, secret, isListed: true, isProvisioned };
}

/**
 * Returns the provider that people of a workspace sign in at. An unknown workspace gives the same error as one without single
 * sign-on.
 * @throws AppError `not-found`.
 */
export async function signInProviderOf(platform: Parts, workspace: string): Promise<SignInProvider> {
  const provider = await findSignInProvider(platform, workspace);
  if (provider) return provider;
  throw new AppError('not-found', `Workspace ${workspace} does not exist or does not use single sign-on.`, {
    fix: 'Check the name, or sign in with your password.',
  });
}

function issuerOf(settings: Extract<ProviderSettings, { kind: 'keycloak' | 'okta' | 'scim' }>): string {
  switch (settings.kind) {
    case 'keycloak':
      return realmIssuer(settings);
    case 'okta':
      return settings.issuerUrl;
    case 'scim':
      return settings.signIn?.issuer ?? '';
  }
}
