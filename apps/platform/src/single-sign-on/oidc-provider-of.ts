import { providerSettings, type ProviderSettings } from '@portolan/contract/providers';
import { AppError } from '../http/app-error.ts';
import type { Platform } from '../platform.ts';
import { activeProvider } from '../providers/service.ts';

export interface OidcProvider {
  readonly id: string;
  readonly settings: Extract<ProviderSettings, { kind: 'oidc' }>;
  readonly secret: string | undefined;
}

/** The OpenID provider a workspace uses. A workspace that is not there and one without such a provider answer alike. */
export async function oidcProviderOf(
  platform: Pick<Platform, 'db' | 'sealer'>,
  workspace: string,
): Promise<OidcProvider> {
  const active = await activeProvider(platform, workspace);
  const settings = providerSettings.safeParse(active?.settings).data;
  if (active && settings?.kind === 'oidc') return { id: active.id, settings, secret: active.secret };
  throw new AppError('not-found', `There is no workspace ${workspace} with single sign-on.`, {
    fix: 'Check its name, or sign in with your password.',
  });
}
