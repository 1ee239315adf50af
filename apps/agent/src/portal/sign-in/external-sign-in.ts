import type { Portal, PortalAuth } from '@portolan/resources/model/portal';
import { readDirectoryUser, type DirectoryUser } from '../../gateway/auth/ldap.ts';
import { Provider, type LoginAttempt } from '../../gateway/auth/oidc-provider.ts';
import { AuxiliaryClient } from '../../gateway/http/auxiliary-client.ts';

/** The identity that a provider or directory of the portal verified. */
export interface ExternalUser {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly groups: string[];
}

type OidcAuth = Extract<PortalAuth, { kind: 'oidc' }>;
type LdapAuth = Extract<PortalAuth, { kind: 'ldap' }>;

const GROUPS_MAX = 1000;

/** Signs users in where an APIPortalAuth says, instead of at the platform. */
export class ExternalSignIn {
  readonly #client = new AuxiliaryClient();
  readonly #providers = new WeakMap<OidcAuth, Provider>();

  newAttempt(auth: OidcAuth): LoginAttempt {
    return this.#provider(auth).newAttempt();
  }

  /** Returns where the browser signs in. @throws Error when the provider cannot be reached. */
  loginUrl(auth: OidcAuth, attempt: LoginAttempt, redirectUri: string): Promise<string> {
    return this.#provider(auth).loginUrl(attempt, redirectUri);
  }

  /** Exchanges the code of a callback. @throws Error when state, nonce, code or ID token do not hold, or it names nobody. */
  async redeem(auth: OidcAuth, callbackUrl: string, attempt: LoginAttempt): Promise<ExternalUser> {
    const { claims } = await this.#provider(auth).redeem(callbackUrl, attempt);
    const { claims: names } = auth;
    const textOf = (name: string): string => (typeof claims[name] === 'string' ? claims[name] : '');
    const userId = textOf(names.userId ?? 'sub');
    if (userId === '') throw new Error(`the ID token has no claim ${names.userId ?? 'sub'}`);
    // Anybody may write any address that is not verified.
    const email = claims['email_verified'] === false ? '' : textOf(names.email ?? 'email');
    const name = [textOf(names.firstName ?? 'given_name'), textOf(names.lastName ?? 'family_name')];
    return {
      userId,
      email,
      name: name.join(' ').trim() || textOf('name') || email || userId,
      groups: textsOf(claims[names.groups]),
    };
  }

  /** Checks a password, and reads who it is; null for a wrong one. @throws Error while the directory cannot say. */
  async check(auth: LdapAuth, credentials: { name: string; password: string }): Promise<ExternalUser | null> {
    const { attributes, directory } = auth;
    const { userId, email, firstName, lastName, groups } = attributes;
    const wanted = [userId, email, firstName, lastName, groups].filter((each) => each !== null);
    const user = await readDirectoryUser(directory, credentials, wanted);
    if (user === 'wrong') return null;
    if (user === 'unknown') throw new Error('the directory cannot be asked');
    const name = [valueOf(user, firstName ?? 'givenName'), valueOf(user, lastName ?? 'sn')].join(' ').trim();
    return {
      userId: (userId === null ? '' : valueOf(user, userId)) || user.name,
      email: valueOf(user, email ?? 'mail'),
      name: name || user.name,
      groups: user.valuesOf(groups).slice(0, GROUPS_MAX).map(groupName),
    };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #provider(auth: OidcAuth): Provider {
    let provider = this.#providers.get(auth);
    if (provider === undefined) {
      const { issuerUrl: issuer, clientId, clientSecret, scopes, isRemote } = auth;
      provider = new Provider(
        { issuer, clientId, clientSecret, scopes, authParams: {}, claims: null, forwardHeaders: {} },
        isRemote ? this.#client.remoteOnly : this.#client,
      );
      this.#providers.set(auth, provider);
    }
    return provider;
  }
}

/** Returns the scope of sessions: they are valid only for the sign-in method of the portal that created them. */
export function authScope({ auth }: Pick<Portal, 'auth'>): string {
  switch (auth.kind) {
    case 'platform':
      return '';
    case 'oidc':
      return ` oidc ${auth.issuerUrl} ${auth.clientId}`;
    case 'ldap':
      return ` ldap ${auth.directory.url} ${auth.directory.baseDn}`;
    case 'unusable':
      return ' unusable';
  }
}

function valueOf(user: DirectoryUser, attribute: string): string {
  return user.valuesOf(attribute)[0] ?? '';
}

function textsOf(value: unknown): string[] {
  return [value ?? []]
    .flat()
    .filter((each): each is string => typeof each === 'string')
    .slice(0, GROUPS_MAX);
}

/** Groups of directories are distinguished names (RFC 4514): `cn=crew,ou=groups,dc=city` is called crew. */
function groupName(value: string): string {
  return /^[^=,]+=((?:\\.|[^,\\+])+)/.exec(value)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? value;
}
