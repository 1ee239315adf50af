import { claimMapping, providerSettings } from '@portolan/contract/providers';
import { AppError } from '../../app-error.ts';
import { clientOf, enforceRateLimit } from '../../auth/rate-limit.ts';
import { LdapDirectory } from '../../providers/connectors/ldap-directory.ts';
import { ProviderError } from '../../providers/connectors/provider-http.ts';
import { activeProvider } from '../../providers/service.ts';
import type { Platform } from '../../platform.ts';
import type { ProviderClaims } from './sign-in-provider.ts';

type Parts = Pick<Platform, 'db' | 'sealer' | 'outbound'>;

/** Directory in which people of a workspace have their passwords. */
export interface SignInDirectory {
  /** Id of the identity provider in the workspace. */
  readonly id: string;
  readonly url: string;
  readonly directory: LdapDirectory;
}

/** Returns the directory that people of a workspace sign in at; undefined when it uses another kind of provider. */
export async function findSignInDirectory(
  parts: Parts,
  workspace: string,
): Promise<SignInDirectory | undefined> {
  const active = await activeProvider(parts, workspace);
  const settings = providerSettings.safeParse(active?.settings).data;
  if (!active || settings?.kind !== 'ldap') return undefined;
  const directory = new LdapDirectory(parts.outbound, { ...settings, bindPassword: active.secret ?? '' });
  return { id: active.id, url: settings.url, directory };
}

interface DirectoryAttempt {
  readonly workspace: string;
  readonly name: string;
  readonly password: string;
  readonly remoteAddress: string | null;
  readonly signal: AbortSignal;
}

/**
 * Checks a name and password at the directory, and returns who it is in the form of an OpenID provider. An unknown name, a disabled
 * account and a wrong password give the same error.
 * @throws AppError `wrong-credentials`, `too-many-requests` or `provider-failed`.
 */
export async function signInAtDirectory(
  { db }: Parts,
  { id, url, directory }: SignInDirectory,
  { workspace, name, password, remoteAddress, signal }: DirectoryAttempt,
): Promise<ProviderClaims> {
  const client = clientOf(remoteAddress);
  const whose = `directory-sign-in:${workspace}:${name.toLowerCase().slice(0, 256)}`;
  await enforceRateLimit(db, client, [
    { key: `${whose}:${client}`, burst: 10, everySeconds: 15 },
    { key: whose, burst: 100, everySeconds: 5 },
  ]);
  const user = await directory
    .authenticate(name.slice(0, 256), password.slice(0, 1024), signal)
    .catch((error: unknown) => {
      if (!(error instanceof ProviderError)) throw error;
      throw new AppError(
        'provider-failed',
        'The directory of the workspace cannot check passwords at present.',
        {
          fix: 'Try again later, or ask a workspace administrator.',
          cause: error,
        },
      );
    });
  if (!user)
    throw new AppError('wrong-credentials', 'The user name or password is incorrect.', {
      fix: 'Check both and try again.',
    });
  return {
    workspace,
    provider: {
      id,
      issuer: url,
      clientId: '',
      scopes: [],
      mapping: claimMapping.parse({}),
      secret: undefined,
      isListed: true,
      isProvisioned: true,
    },
    claims: { sub: user.id, email: user.email, email_verified: true },
    remoteAddress,
  };
}
