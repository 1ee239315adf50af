import { providerSettings, type ClaimMapping } from '@portolan/contract/providers';
import { AppError } from '../../app-error.ts';
import type { Platform } from '../../platform.ts';
import { realmIssuer } from '../../providers/connectors/keycloak.ts';
import { activeProvider } from '../../providers/service.ts';

/** The client that Portolan is at the OpenID provider of a workspace. */
export interface SignInProvider {
  /** Which of the workspace's identity providers it is. */
  readonly id: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly mapping: ClaimMapping;
  readonly secret: string | undefined;
  /** Whether users and groups are listed too, so that a sign-in is not all there is to know them by. */
  readonly isListed: boolean;
}

type Parts = Pick<Platform, 'db' | 'sealer'>;

/** Where people of a workspace sign in; absent while it uses the internal provider, or one that no client is set up at. */
export async function findSignInProvider(
  platform: Parts,
  workspace: string,
): Promise<SignInProvider | undefined> {
  const active = await activeProvider(platform, workspace);
  const settings = providerSettings.safeParse(active?.settings).data;
  if (!active || !settings || settings.kind === 'internal') return undefined;
  const { id } = active;
  if (settings.kind === 'oidc') {
    const { issuer, clientId, scopes, claims } = settings;
    return { id, issuer, clientId, scopes, mapping: claims, secret: active.secret, isListed: false };
  }
  if (!settings.signIn) return undefined;
  const { clientId, scopes, claims } = settings.signIn;
  const issuer = settings.kind === 'keycloak' ? realmIssuer(settings) : settings.issuerUrl;
  return { id, issuer, clientId, scopes, mapping: claims, secret: active.signInSecret, isListed: true };
}

/** The same; a workspace that is not there and one without such a provider answer alike. */
export async function signInProviderOf(platform: Parts, workspace: string): Promise<SignInProvider> {
  const provider = await findSignInProvider(platform, workspace);
  if (provider) return provider;
  throw new AppError('not-found', `There is no workspace ${workspace} with single sign-on.`, {
    fix: 'Check its name, or sign in with your password.',
  });
}
